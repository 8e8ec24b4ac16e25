// What `webui.py` measures with inside of the pages: put before everything else into each of them.
(() => {
  const FRAME = 1000 / 60;
  const look = { seen: [], gaps: [], count: null, isWatching: false };
  const probe = { blocked: 0, results: {} };
  window.probe = probe;

  // What of a task is beyond 50 ms keeps people waiting who do something just then.
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) probe.blocked += duration - 50;
  }).observe({ type: "longtask", buffered: true });

  // A message that a frame's callback sends arrives when that frame has been handed over.
  const painted = (then) =>
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => then(performance.now());
      port2.postMessage(null);
    });

  const when = (condition, then) => {
    const value = condition();
    if (value) painted((now) => then(now, value));
    else requestAnimationFrame(() => when(condition, then));
  };

  // Milliseconds since the navigation until the condition was painted.
  probe.open = (name, condition) => {
    when(condition, (now) => (probe.results[name] = { ms: now, files: files(now) }));
    return true;
  };

  // Milliseconds from the next such event until what `sign` tells is another thing, painted. Without a
  // sign: until the next frame.
  probe.arm = (name, type, sign) => {
    const before = sign?.();
    const begin = (event) => {
      const since = event.timeStamp;
      const isOther = () => {
        if (!sign) return true;
        const now = sign();
        return now && now !== before;
      };
      when(isOther, (now) => (probe.results[name] = { ms: now - since }));
    };
    addEventListener(type, begin, { capture: true, once: true });
    return true;
  };

  // Scrolls to a share of the whole; as `arm` from then on.
  probe.jump = (name, scroller, share, sign) => {
    const element = scroller();
    const before = sign();
    const since = performance.now();
    element.scrollTop = share * (element.scrollHeight - element.clientHeight);
    const isThere = () => {
      const now = sign();
      return now && now !== before;
    };
    when(isThere, (now) => (probe.results[name] = { ms: now - since }));
    return true;
  };

  // The gaps between frames, and up to which job there is something to see, from now on.
  probe.watch = (count) => {
    Object.assign(look, { seen: [], gaps: [], count });
    probe.blocked = 0;
    if (look.isWatching) return true;
    look.isWatching = true;
    let last = performance.now();
    const frame = (now) => {
      look.gaps.push(now - last);
      last = now;
      const newest = look.count?.() ?? 0;
      if (newest > (look.seen.at(-1)?.[0] ?? 0)) {
        const entry = [newest, 0];
        look.seen.push(entry);
        painted((at) => (entry[1] = performance.timeOrigin + at));
      }
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
    return true;
  };

  probe.watched = () => {
    const dropped = look.gaps.reduce((all, gap) => all + Math.max(0, Math.round(gap / FRAME) - 1), 0);
    return { seen: look.seen, frames: look.gaps.length, dropped, blocked: probe.blocked };
  };

  // What was there of scripts, styles and pages by then: bytes as they came over the wire.
  const files = (now) =>
    [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
      .filter(({ responseEnd }) => responseEnd <= now)
      .map(({ name, encodedBodySize, decodedBodySize }) => [name, encodedBodySize, decodedBodySize]);

  // How many points of a canvas are drawn on, and a sum that differs where they differ.
  probe.drawing = (host) => {
    let sum = 0;
    let inked = 0;
    for (const canvas of host.querySelectorAll("canvas")) {
      const { width, height } = canvas;
      if (!width || !height) continue;
      const points = new Uint32Array(canvas.getContext("2d").getImageData(0, 0, width, height).data.buffer);
      for (let at = 0; at < points.length; at += 7) {
        if (!points[at]) continue;
        inked += 1;
        sum = (31 * sum + points[at] + at) | 0;
      }
    }
    return { inked, sum };
  };
})();
