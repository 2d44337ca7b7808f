/// What charts need of the stylesheet, beside the colours of the ``Palette``. Each series has a dash, a marker or an outline
/// beside its colour.
enum ChartStyle {
  static let css = """
    figure{margin:.8rem 0;min-width:0}figcaption{overflow-wrap:anywhere}
    svg{display:block;max-width:100%}svg[width][viewBox]{height:auto}svg.wide{max-width:none}
    svg text{fill:var(--soft);font:12px system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}svg .ink{fill:var(--ink)}svg .axis{stroke:var(--line)}
    .chart{margin:1rem 0;max-width:52rem;container-type:inline-size}
    .chart figcaption{overflow-wrap:anywhere;font-size:.88rem;color:var(--soft);margin-bottom:.5rem;line-height:1.4}
    .chart figcaption b{display:block;color:var(--ink);font-weight:600}
    .chart figcaption>.soft{display:block}
    .legend{display:flex;font-size:.88rem;flex-wrap:wrap;gap:.1rem 1.1rem;margin-top:.15rem}
    .key{display:inline-block;width:1.4rem;margin-right:.4rem;vertical-align:middle;color:inherit}
    .key.line{border-top:2.5px solid}.key.line.c1,.key.line.c4{border-top-style:dashed}.key.line.c2,.key.line.c5{border-top-style:dotted}
    .key.column,.key.area{width:.8rem;height:.8rem;background:currentColor}.key.area{opacity:.25}
    .key.column.c1{background:none;border:2px solid}
    .key.ring{width:.7rem;height:.7rem;border:2px solid;border-radius:50%}
    .c0{color:var(--a)}.c1{color:var(--b)}.c2{color:var(--c)}.c3{color:var(--d)}.c4{color:var(--e)}.c5{color:var(--f)}
    .unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
    .plot svg{overflow:visible}.plot svg.wide{width:100%}
    .chart .ink{font-weight:600}
    .chart .grid line{stroke:var(--line)}
    .chart .end text,.chart text.end{text-anchor:end}.chart .mid text,.chart text.mid{text-anchor:middle}
    .chart path.line{fill:none;stroke:currentColor;stroke-width:2;stroke-linejoin:round;stroke-linecap:round;vector-effect:non-scaling-stroke}
    .chart path.line.c1{stroke-dasharray:7 4}.chart path.line.c2{stroke-dasharray:1.5 4.5}.chart path.line.c3{stroke-dasharray:12 4}\
    .chart path.line.c4{stroke-dasharray:7 4 1.5 4}.chart path.line.c5{stroke-dasharray:3 3}
    .chart .band{fill:var(--a);fill-opacity:.18}
    .chart .dot{fill:currentColor;stroke:var(--ground);stroke-width:1}
    .chart figcaption .legend{font-size:inherit}
    .chart .dot rect{transform:translate(-3px,-3px)}
    .chart .dot.c2 rect,.chart .dot.c5 rect{transform:translate(-3px,-3px) rotate(45deg);transform-box:fill-box;transform-origin:center}
    .chart .level line{stroke:var(--soft);stroke-dasharray:5 4}
    .chart .level text,.chart .halo{paint-order:stroke;stroke:var(--ground);stroke-width:3px;stroke-linejoin:round}
    .chart .mark line{stroke:var(--soft);stroke-opacity:.55}.chart .mark text{fill:var(--ink)}
    .chart .column{fill:currentColor}.chart .column.c1{fill-opacity:.3;stroke:currentColor}
    .chart .whisker{stroke:var(--ink);stroke-width:1.5}
    .h0{fill:var(--h0);color:var(--h0)}.h1{fill:var(--h1);color:var(--h1)}.h2{fill:var(--h2);color:var(--h2)}.h3{fill:var(--h3);color:var(--h3)}\
    .h4{fill:var(--h4);color:var(--h4)}.h5{fill:var(--h5);color:var(--h5)}.h6{fill:var(--h6);color:var(--h6)}
    .chart .cell text{fill:var(--ink)}.chart .cell text.h4,.chart .cell text.h5,.chart .cell text.h6,\
    .chart .cell.h4 text,.chart .cell.h5 text,.chart .cell.h6 text{fill:var(--hd)}
    .heat path{stroke:var(--ground);stroke-width:2;vector-effect:non-scaling-stroke}.heat.fine path{stroke-width:.75}
    .heat .none{fill:none;stroke:var(--line);stroke-width:1;stroke-dasharray:1 3}.swatch.none{background:none;border:1px dotted var(--soft)}
    .chart .sign circle{fill:var(--b);stroke:var(--ground);stroke-width:1.5;transform:translate(-6px,0)}
    i.sign{display:inline-block;width:.6rem;height:.6rem;margin-right:.4rem;border-radius:50%;background:var(--b)}
    .swatch{display:inline-block;width:1rem;height:.8rem;margin-right:.4rem;vertical-align:middle;background:currentColor;border:1px solid var(--line)}
    .chart .span{fill:var(--a);stroke:var(--a)}.chart .span.failed{fill:var(--bad);stroke:var(--bad)}.chart text.fail{fill:var(--bad);font-weight:600}
    .chart .hollow,.spark .ring{fill:var(--ground);stroke:var(--a);stroke-width:1.5}
    .spark path{fill:none;stroke:var(--a);stroke-width:1.75;stroke-linejoin:round;stroke-linecap:round}.spark .last{fill:var(--a)}
    .still svg.fixed{max-width:none}
    .l0{padding-left:12px}.l1{padding-left:34px}.l2{padding-left:58px}.l3{padding-left:80px}.l4{padding-left:110px}.l5{padding-left:150px}.l6{padding-left:200px}
    .r0{padding-right:12px}.r1{padding-right:34px}.r2{padding-right:58px}.r3{padding-right:80px}.r4{padding-right:110px}.r5{padding-right:150px}.r6{padding-right:200px}
    @media print{.chart{break-inside:avoid;print-color-adjust:exact;-webkit-print-color-adjust:exact}.chart details{display:none}}
    @container (min-width:32rem){.narrow{display:none}}
    @container (max-width:31.99rem){.roomy{display:none}.plot.ends{padding-right:62px}}
    """
}
