// Draws charts when they come near the window, recolours them with the theme, turns LaTeX into MathML, copies code.
(() => {
  "use strict";
  document.querySelector(".assets-missing")?.remove();
  const root = document.documentElement;
  const paperWidth = 660; // CSS pixels between the margins of an A4 or letter page
  const halfPaper = 320; // of which two figures of a model stand next to each other
  let printing = false;
  const plots = [...document.querySelectorAll(".plot")];
  const figures = new Map(
    plots.map((plot) => {
      const source = plot.parentElement.querySelector("script.figure-data");
      return [plot, { views: JSON.parse(source.textContent), view: 0, drawn: false }];
    }),
  );

  // --- colours -------------------------------------------------------------------------------------------------------
  const variable = (name) => getComputedStyle(root).getPropertyValue(`--${name}`).trim();

  const colour = (token) => {
    const [name, opacity] = token.slice(1).split("/");
    const hex = variable(name);
    if (opacity === undefined) return hex;
    const channel = (at) => parseInt(hex.slice(at, at + 2), 16);
    return `rgba(${channel(1)},${channel(3)},${channel(5)},${opacity})`;
  };

  // Only colour properties are looked at, so that a column called "@c0" keeps its name.
  const painted = (value, key = "") => {
    if (Array.isArray(value)) return value.map((item) => painted(item, key));
    if (value && typeof value === "object") {
      return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, painted(item, name)]));
    }
    return typeof value === "string" && /color$/.test(key) && value.startsWith("@") ? colour(value) : value;
  };

  // --- layout --------------------------------------------------------------------------------------------------------
  // Texts come with plotly's tags and TeX switched off by entities; an entity must not be cut in two.
  const entities = [["&", "&amp;"], ["<", "&lt;"], [">", "&gt;"], ["$", "&#36;"]];
  const escaped = (text) => entities.reduce((result, [sign, entity]) => result.replaceAll(sign, entity), text);
  const plain = (text) => entities.reduceRight((result, [sign, entity]) => result.replaceAll(entity, sign), text);
  const shortened = (text, length) => (text.length <= length ? text : `${text.slice(0, length - 1).trimEnd()}…`);


  // A name on two lines at most, broken between words.
  const wrapped = (name, length) => {
    const words = name.split(" ");
    let first = words.shift();
    while (words.length > 0 && `${first} ${words[0]}`.length <= length) first += ` ${words.shift()}`;
    return [first, words.join(" ")].filter((line) => line).map((line) => escaped(shortened(line, length))).join("<br>");
  };

  const axis = (own, narrow, nameLength) => {
    const { title, ...rest } = own;
    if (rest.ticktext) rest.ticktext = rest.ticktext.map((name) => wrapped(plain(name), nameLength));
    return {
      automargin: true,
      gridcolor: variable("grid"),
      linecolor: variable("line"),
      zerolinecolor: variable("line"),
      zerolinewidth: 1,
      tickcolor: variable("line"),
      ticks: "outside",
      ticklen: 4,
      nticks: narrow ? 6 : 9,
      title: { ...title, standoff: 8, font: { size: 13 } },
      autotickangles: rest.ticktext || rest.type === "log" ? [0, -35, -90] : [0],
      ...rest,
    };
  };

  const prepared = (plot, figure) => {
    const { xaxis, yaxis, height, ...own } = painted(figure.views[figure.view].layout);
    const width = printing ? (plot.closest(".exhibits") ? halfPaper : paperWidth) : plot.clientWidth;
    const narrow = width < 520;
    const ground = variable("surface");
    if (yaxis.scaleanchor) xaxis.constrain = "domain";
    if (width < 760 && xaxis.ticktext === undefined && yaxis.ticktext) {
      // Bars lie down: their names go above them, so that the bars and their amounts have the whole width.
      const [from, to] = xaxis.range;
      xaxis.range = [from - 0.1 * (to - from), to + 0.08 * (to - from)];
      own.annotations = yaxis.ticktext.map((name, i) => ({
        text: escaped(shortened(plain(name), 44)),
        showarrow: false,
        xref: "paper",
        x: 0,
        xanchor: "left",
        y: i - 0.42,
      }));
      own.height = 1.35 * height;
      yaxis.showticklabels = false;
      yaxis.ticks = "";
      yaxis.range = [yaxis.range[0], yaxis.range[1] - 0.2];
      delete yaxis.ticktext;
    }
    const layout = {
      height: height ?? (printing ? 260 : narrow ? 330 : 400),
      ...own,
      width,
      margin: { l: 12, r: narrow ? 12 : 24, t: 14, b: 12, pad: 0 },
      font: { family: "system-ui, sans-serif", size: 12.5, color: variable("ink") },
      paper_bgcolor: ground,
      plot_bgcolor: ground,
      hoverlabel: { bgcolor: variable("raised"), bordercolor: variable("line"), font: { color: variable("ink"), family: "system-ui, sans-serif", size: 13 }, namelength: -1 },
      legend: { orientation: "h", x: 0, xanchor: "left", y: 1.02, yanchor: "bottom", bgcolor: "rgba(0,0,0,0)", itemsizing: "constant" },
      hoverdistance: 40,
      dragmode: narrow ? false : "zoom",
      bargap: 0.15,
      separators: ".,",
      xaxis: axis(xaxis, narrow, narrow ? 13 : 26),
      yaxis: axis(yaxis, narrow, narrow ? 19 : 44),
    };
    const scale = [0, 1, 2, 3, 4].map((i) => [i / 4, variable(`s${i}`)]);
    const data = painted(figure.views[figure.view].data).map((trace) =>
      trace.type === "heatmap" ? { ...trace, colorscale: scale, colorbar: { ...trace.colorbar, thickness: narrow ? 8 : 14 } } : trace,
    );
    return { data, layout };
  };

  const draw = (plot) => {
    const figure = figures.get(plot);
    const { data, layout } = prepared(plot, figure);
    const call = figure.drawn ? Plotly.react : Plotly.newPlot;
    figure.drawn = true;
    figure.width = plot.clientWidth;
    call(plot, data, layout, { displayModeBar: false, doubleClick: "reset", showTips: false });
  };

  // --- when to draw --------------------------------------------------------------------------------------------------
  const near = new IntersectionObserver(
    (entries) => {
      for (const entry of entries) {
        if (entry.isIntersecting && !figures.get(entry.target).drawn) draw(entry.target);
      }
    },
    { rootMargin: "300px" },
  );
  plots.forEach((plot) => near.observe(plot));

  // The rest follows while the browser has nothing better to do, so that searching and printing find every chart.
  const idle = window.requestIdleCallback ?? ((work) => setTimeout(work, 50));
  const drawNext = () => {
    const next = plots.find((plot) => !figures.get(plot).drawn);
    if (next) {
      draw(next);
      idle(drawNext);
    } else {
      root.classList.add("drawn");
    }
  };
  idle(drawNext);

  const resized = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      const figure = figures.get(target);
      if (figure.drawn && target.clientWidth > 0 && figure.width !== target.clientWidth) draw(target);
    }
  });
  plots.forEach((plot) => resized.observe(plot));

  document.addEventListener("themechange", () => plots.filter((plot) => figures.get(plot).drawn).forEach(draw));

  // Paper shows what is folded, but for laws and long texts, of which the heads are enough.
  const closed = [...document.querySelectorAll("details:not([open], .laws, .long)")];
  const print = (on) => {
    printing = on;
    closed.forEach((details) => (details.open = on));
    plots.forEach(draw);
  };
  window.addEventListener("beforeprint", () => print(true));
  window.addEventListener("afterprint", () => print(false));
  window.matchMedia("print").addEventListener("change", (event) => print(event.matches));

  // --- views of a figure ---------------------------------------------------------------------------------------------
  document.querySelectorAll(".views").forEach((group) => {
    const plot = group.parentElement.querySelector(".plot");
    group.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (!button) return;
      group.querySelectorAll("button").forEach((other) => other.setAttribute("aria-pressed", String(other === button)));
      figures.get(plot).view = Number(button.dataset.view);
      draw(plot);
    });
  });

  // --- formulas ------------------------------------------------------------------------------------------------------
  document.querySelectorAll("code.latex").forEach((code) => {
    const math = document.createElement("div");
    try {
      temml.render(code.textContent, math, { displayMode: true, throwOnError: true, strict: false });
      code.replaceWith(math);
    } catch {
      code.title = "This formula is shown as its LaTeX source.";
    }
  });

  // --- copying -------------------------------------------------------------------------------------------------------
  document.querySelectorAll("button.copy").forEach((button) => {
    const source = document.getElementById(button.dataset.copy);
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(source.textContent);
      } catch {
        getSelection().selectAllChildren(source);
        document.execCommand("copy");
      }
      button.textContent = "Copied";
      setTimeout(() => (button.textContent = "Copy"), 1500);
    });
  });
})();
