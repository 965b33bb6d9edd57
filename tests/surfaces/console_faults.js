// What a page shows wrong to somebody without a mouse, with weak eyes or a narrow screen; run inside the page by Playwright.
() => {
    const faults = [];
    const shown = (one) => one.getClientRects().length && getComputedStyle(one).visibility !== "hidden";
    const say = (one, what) => faults.push(`${what}: <${one.localName} class="${one.className}"> ${one.textContent.trim().slice(0, 40)}`);
    if (document.scrollingElement.scrollWidth > innerWidth) faults.push("the page scrolls sideways");
    for (const one of document.querySelectorAll("main *")) {
        if (shown(one) && one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).overflowX === "auto" && !one.matches("pre, textarea"))
            say(one, "scrolls sideways");
    }
    for (const one of document.querySelectorAll("input:not([type=hidden]), textarea, select"))
        if (![...one.labels].some((label) => label.textContent.trim())) say(one, "no label");
    for (const one of document.querySelectorAll("button, a[href]"))
        if (shown(one) && !(one.textContent.trim() || one.getAttribute("aria-label"))) say(one, "no name");
    for (const one of document.querySelectorAll("img")) if (!one.hasAttribute("alt")) say(one, "no alternative text");
    const ids = [...document.querySelectorAll("[id]")].map((one) => one.id);
    if (new Set(ids).size !== ids.length) faults.push("an id twice");
    for (const one of document.querySelectorAll("a[href], button, textarea, input, select")) {
        if (!shown(one) || one.disabled) continue;
        one.focus({ focusVisible: true, preventScroll: true });
        if (document.activeElement === one && getComputedStyle(one).outlineStyle === "none") say(one, "focus is not visible");
    }
    const number = (text) => (text.match(/[\d.]+/g) || []).map(Number);
    const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    const rgba = (colour) => { canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1); const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data; return [r, g, b, a / 255]; };
    const over = (top, under) => [0, 1, 2].map((i) => top[i] * top[3] + under[i] * (1 - top[3])).concat(1);
    const ground = (one) => {
        const layers = [];
        for (let node = one; node; node = node.parentElement) layers.push(rgba(getComputedStyle(node).backgroundColor));
        return layers.reduceRight((under, top) => over(top, under), [255, 255, 255, 1]);
    };
    const light = ([r, g, b]) => { const [x, y, z] = [r, g, b].map((v) => (v /= 255) <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4); return .2126 * x + .7152 * y + .0722 * z; };
    for (const one of document.querySelectorAll("body *")) {
        const own = [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
        if (!own || !shown(one) || one.closest("[aria-hidden=true], .sr-only, .skip, [aria-disabled=true], option")) continue;
        const under = ground(one), text = over(rgba(getComputedStyle(one).color), under);
        const [a, b] = [light(text), light(under)].sort((x, y) => y - x);
        const ratio = (a + .05) / (b + .05);
        if (ratio < 4.5) say(one, `contrast ${ratio.toFixed(2)}`);
    }
    return [...new Set(faults)];
}
