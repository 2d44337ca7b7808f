/// The one stylesheet, inlined in each page so that a page can be sent alone.
enum Style {
  static let css = """
    :root{color-scheme:light dark;--ground:#fff;--panel:#f6f7f9;--ink:#1b1f24;--soft:#59636e;--line:#d9dee4;--link:#0b5cad;\
    --good:#1a7f4b;--bad:#b3261e;--warn:#8a5a00;--a:#0072b2;--b:#d55e00;--c:#009e73;--fill:#dbe9f6}
    @media (prefers-color-scheme:dark){:root{--ground:#14181d;--panel:#1c2228;--ink:#e6eaef;--soft:#9aa5b1;--line:#333c46;\
    --link:#7db7f0;--good:#5cc98d;--bad:#ff8a80;--warn:#e3b341;--a:#56b4e9;--b:#f0954f;--c:#3fc79a;--fill:#203a52}}
    *{box-sizing:border-box}
    body{margin:0;background:var(--ground);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
    header,main,footer{max-width:70rem;margin:0 auto;padding:0 1.25rem}
    header{padding-top:1.25rem;font-size:.9rem;color:var(--soft)}
    footer{margin-top:3rem;padding-top:1rem;padding-bottom:2rem;border-top:1px solid var(--line);font-size:.85rem;color:var(--soft)}
    h1{font-size:1.7rem;line-height:1.25;margin:.6rem 0 .4rem;overflow-wrap:anywhere}
    h2{font-size:1.2rem;margin:2.4rem 0 .6rem}
    h3{font-size:1rem;margin:1.4rem 0 .4rem;overflow-wrap:anywhere}
    p{margin:.5rem 0}
    a{color:var(--link);text-decoration:none}a:hover{text-decoration:underline}
    a:focus-visible,summary:focus-visible{outline:2px solid var(--link);outline-offset:2px}
    .lead{font-size:1.1rem}
    .soft{color:var(--soft)}.good{color:var(--good)}.bad{color:var(--bad)}.warn{color:var(--warn)}
    .good,.bad,.warn{font-weight:600}
    .scroll{overflow-x:auto;margin:.5rem 0}
    table{border-collapse:collapse;min-width:min(100%,26rem);font-size:.92rem}
    th,td{text-align:left;padding:.42rem 1.5rem .42rem 0;border-bottom:1px solid var(--line);vertical-align:top}
    th{font-weight:600;color:var(--soft);font-size:.85rem;white-space:nowrap}
    td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
    td:last-child:not(.n){min-width:9.5rem}td .good,td .bad,td .warn{white-space:nowrap}
    .w{white-space:nowrap}
    .dense th{white-space:normal;vertical-align:bottom;line-height:1.3}.dense th,.dense td{padding-right:.9rem}
    .names td:first-child{overflow-wrap:anywhere;min-width:8rem}
    code,.mono{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:.88em}
    pre{background:var(--panel);border:1px solid var(--line);border-radius:6px;padding:.8rem;overflow-x:auto;font-size:.85rem}
    .cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(19rem,1fr));gap:1rem}
    .card{background:var(--panel);border:1px solid var(--line);border-radius:8px;padding:1rem 1.1rem}
    .card h3{margin:0 0 .3rem}
    .big{font-size:1.6rem;font-weight:600;font-variant-numeric:tabular-nums}
    ul.plain{list-style:none;padding:0;margin:.4rem 0}ul.plain li{padding:.15rem 0;overflow-wrap:anywhere}
    figure{margin:.8rem 0}figcaption{overflow-wrap:anywhere;font-size:.88rem;color:var(--soft);margin-bottom:.3rem}
    svg{display:block;max-width:100%;height:auto}
    svg text{fill:var(--soft);font:12px system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
    svg .axis{stroke:var(--line)}
    details{margin:.3rem 0;font-size:.88rem}summary{cursor:pointer;color:var(--soft)}
    .pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(19rem,1fr));gap:1rem 2rem}
    dl{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1.2rem;margin:.5rem 0;font-size:.93rem}
    dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}
    @media (max-width:36rem){body{font-size:15px}.cards{grid-template-columns:1fr}dl{grid-template-columns:1fr}dt{margin-top:.4rem}}
    @media print{header,footer{color:#000}.card{break-inside:avoid}}
    """
}
