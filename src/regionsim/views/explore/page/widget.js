// The notebook's side: the page in a frame without an origin, and messages between it and the kernel.
export default {
  render({ model, el }) {
    const frame = document.createElement("iframe");
    frame.title = "regionsim explore";
    frame.setAttribute("sandbox", "allow-scripts allow-downloads");
    frame.style.cssText = `width: 100%; height: ${model.get("height")}px; border: 1px solid #d8dde3;`;
    frame.srcdoc = model.get("html");
    const up = ({ source, data }) => { if (source === frame.contentWindow) model.send(data); };
    const down = (message) => frame.contentWindow?.postMessage(message, "*");
    addEventListener("message", up);
    model.on("msg:custom", down);
    el.append(frame);
    return () => { removeEventListener("message", up); model.off("msg:custom", down); frame.remove(); };
  },
};
