/// The one stylesheet, inlined in each page so that a page can be sent alone. Nothing on a page carries a style of its own:
/// the content policy heeds these bytes only.
enum Style {
  static let css = [palette, frame, text, tables, parts, ChartStyle.css, PageStyle.css, narrow, print].joined(
    separator: "\n")

  private static let palette = """
    :root{color-scheme:light dark;\(Palette.light.css)}
    @media (prefers-color-scheme:dark){:root{\(Palette.dark.css)}}
    """

  /// Landmarks: the bar, the way back, the contents beside the text where there is room.
  private static let frame = """
    *{box-sizing:border-box}[hidden]{display:none!important}
    html{scroll-padding-top:3.5rem;-webkit-text-size-adjust:100%}
    body{margin:0;background:var(--ground);color:var(--ink);\
    font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
    .skip{position:absolute;left:-99rem;padding:.4rem 1.5rem;background:var(--panel)}.skip:focus{position:static;display:block}
    header{background:var(--panel);border-bottom:1px solid var(--line)}
    .bar,main,footer,.crumbs{max-width:80rem;margin:0 auto;padding:0 1.5rem}
    .bar{display:flex;flex-wrap:wrap;align-items:center;column-gap:2rem;font-size:.92rem}
    .brand{font-weight:650;color:var(--ink);padding:.7rem 0;overflow-wrap:anywhere}
    .bar ul{list-style:none;display:flex;flex-wrap:wrap;column-gap:1.5rem;margin:0;padding:0}
    .bar li a{display:block;padding:.7rem 0;box-shadow:inset 0 -2px transparent}
    .bar li a[href]:hover{text-decoration:none;box-shadow:inset 0 -2px var(--line)}
    .bar li a[aria-current]{font-weight:600;box-shadow:inset 0 -2px var(--link)}
    .crumbs{padding-top:1.1rem;font-size:.85rem;color:var(--soft)}
    .crumbs ol{list-style:none;display:flex;flex-wrap:wrap;margin:0;padding:0}
    .crumbs li{overflow-wrap:anywhere}.crumbs li+li::before{content:"›";padding:0 .5rem}
    main{display:block;position:relative;padding-top:.6rem}main:focus{outline:none}
    footer{margin-top:3.5rem;padding-bottom:2.5rem;font-size:.85rem;color:var(--soft)}
    footer p{border-top:1px solid var(--line);padding-top:1rem;margin:0}
    .contents{font-size:.86rem;line-height:1.4;margin:1.4rem 0 0}
    .contents ul{list-style:none;margin:0;padding:0;display:flex;flex-wrap:wrap;gap:.1rem 1.1rem}
    .contents a{display:block;padding:.2rem 0;overflow-wrap:anywhere}
    @media (min-width:90rem){.long .bar,.long main,.long footer,.long .crumbs{max-width:94rem}.long main{padding-right:15.5rem}.long .contents{position:absolute;top:1.1rem;bottom:0;right:1.5rem;\
    width:12rem;margin:0}.long .contents ul{display:block;position:sticky;top:1.5rem;max-height:calc(100vh - 3rem);\
    overflow-y:auto;border-left:1px solid var(--line);padding-left:1rem}.contents li a[href]{color:var(--soft);padding:.25rem 0}\
    .contents li a[href]:hover{color:var(--link)}}
    """

  private static let text = """
    h1{font-size:1.8rem;line-height:1.25;letter-spacing:-.012em;font-weight:650;margin:.5rem 0 .5rem;overflow-wrap:anywhere}
    h2{font-size:1.22rem;line-height:1.3;font-weight:650;margin:2.6rem 0 .7rem;overflow-wrap:anywhere}
    h3{font-size:1rem;margin:1.6rem 0 .4rem;overflow-wrap:anywhere}
    p{margin:.5rem 0;max-width:52rem;overflow-wrap:anywhere}li{overflow-wrap:anywhere}
    a{color:inherit;text-decoration:none;text-underline-offset:.15em}a[href]{color:var(--link)}a[href]:hover{text-decoration:underline}
    p a[href],li a[href],dd a[href],td a[href]{text-decoration:underline;text-decoration-thickness:1px;text-decoration-color:var(--line)}
    p a[href]:hover,li a[href]:hover,dd a[href]:hover,td a[href]:hover{text-decoration-color:currentcolor}
    .bar li a[href],.crumbs li a[href],.contents li a[href]{text-decoration:none}.brand[href],.bar li a[href]{color:var(--ink)}
    :focus-visible{outline:2px solid var(--link);outline-offset:2px;border-radius:2px}
    .lead{font-size:1.12rem;line-height:1.5}
    .soft{color:var(--soft)}.good{color:var(--good)}.bad{color:var(--bad)}.warn{color:var(--warn)}
    .good,.bad,.warn{font-weight:600}
    code,.mono{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace;font-size:.88em}
    pre{background:var(--panel);border:1px solid var(--line);border-radius:6px;padding:.8rem;overflow-x:auto;font-size:.85rem}
    .w{white-space:nowrap}
    .late{border-left:4px solid var(--bad);background:var(--panel);padding:.6rem 1rem;color:var(--ink);font-weight:600}
    """

  private static let tables = """
    .scroll{overflow-x:auto;margin:.6rem 0}
    table{border-collapse:collapse;min-width:min(100%,26rem);font-size:.9rem;line-height:1.45}
    th,td{text-align:left;padding:.42rem 1.5rem .42rem 0;border-bottom:1px solid var(--line);vertical-align:top}
    th{font-weight:600;color:var(--soft);font-size:.83rem;white-space:nowrap;vertical-align:bottom}
    tbody tr:hover{background:var(--panel)}
    td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
    td:last-child:not(.n){min-width:9.5rem}td .good,td .bad,td .warn{white-space:nowrap}
    th button{font:inherit;color:inherit;background:none;border:0;padding:.15rem 0;margin:0;cursor:pointer;text-align:inherit}
    th button:hover,th[aria-sort] button{color:var(--ink)}th button:hover{text-decoration:underline}
    th:not(.n) button::after,th.n button::before{content:"↕";visibility:hidden;padding:0 .3em;font-weight:400}
    th button:hover::after,th button:hover::before,th button:focus-visible::after,th button:focus-visible::before,\
    th[aria-sort] button::after,th[aria-sort] button::before{visibility:visible}
    th[aria-sort=ascending]:not(.n) button::after,th.n[aria-sort=ascending] button::before{content:"↑"}
    th[aria-sort=descending]:not(.n) button::after,th.n[aria-sort=descending] button::before{content:"↓"}
    .dense th{white-space:normal;line-height:1.3}.dense th,.dense td{padding-right:.9rem}.dense td:first-child:not(.n){min-width:10rem}
    .names td:first-child{overflow-wrap:anywhere;min-width:8rem}
    .break td:not(.n){overflow-wrap:anywhere;min-width:4.5rem}.break .name{min-width:7rem}.break .type{white-space:nowrap}
    @media (min-width:64rem){.tall{overflow:visible}.tall td:not(.n){overflow-wrap:anywhere;min-width:5.5rem}.tall td:last-child:not(.n){min-width:14rem}\
    .tall thead th,.tall thead td{position:sticky;top:0;z-index:1;background:var(--ground);box-shadow:0 1px var(--line)}}
    .find{display:flex;flex-wrap:wrap;align-items:center;gap:.3rem 1rem;margin:.8rem 0;font-size:.9rem;color:var(--soft)}
    .find label{display:flex;align-items:center;gap:.6rem}
    .find input,.find select{font:inherit;color:var(--ink);background:var(--ground);border:1px solid var(--soft);border-radius:6px;\
    padding:.35rem .7rem}.find input{width:min(20rem,60vw)}
    """

  private static let parts = """
    .cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(19rem,100%),1fr));gap:1rem}
    .card{border:1px solid var(--line);border-radius:8px;padding:1rem 1.1rem;min-width:0}
    .card h3{margin:0 0 .3rem}
    .big{font-size:1.6rem;font-weight:650;font-variant-numeric:tabular-nums}
    ul.plain{list-style:none;padding:0;margin:.4rem 0}ul.plain li{padding:.15rem 0;overflow-wrap:anywhere;max-width:60rem}
    details{margin:.3rem 0;font-size:.88rem}summary{cursor:pointer;color:var(--soft);padding:.15rem 0}
    td details{margin:0}td summary{padding-top:0}
    .pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(19rem,100%),1fr));gap:1rem 2rem}
    dl{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:.25rem 1.4rem;margin:.7rem 0;font-size:.93rem}
    dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}
    """

  private static let narrow = """
    @media (max-width:36rem){body{font-size:15px}.bar,main,footer,.crumbs{padding-left:1rem;padding-right:1rem}\
    .bar ul{column-gap:1.1rem}.brand{padding-bottom:0;width:100%}.bar li a{padding:.5rem 0 .6rem}h1{font-size:1.5rem}\
    h2{margin-top:2.1rem}dl{grid-template-columns:minmax(0,1fr);gap:0}dt{margin-top:.5rem}th,td{padding-right:1rem}\
    .break th,.break td{padding-right:.8rem}.scroll td:last-child:not(.n){min-width:14rem}}
    """

  /// On paper: light, no ways to anywhere, tables whole.
  private static let print = """
    @media print{:root{color-scheme:light;\(Palette.light.css)}@page{margin:14mm}body{font-size:10.5pt}
    .skip,.bar nav,.crumbs,.contents,.find,summary{display:none}header{background:none}.bar,main,footer{max-width:none;padding:0}
    .long main{padding-right:0}a[href]{color:inherit}p a[href],li a[href],dd a[href],td a[href]{text-decoration:none}th button::after,th button::before{content:none!important}
    .scroll,.tall{overflow:visible}table{font-size:8.5pt;min-width:0}
    th[scope],td,td.n,th.n,.w,td span{white-space:normal;overflow-wrap:anywhere}th,td,.scroll td:last-child:not(.n){min-width:0;padding-right:.6rem}
    svg{max-width:100%!important;min-width:0!important}figure,.pair{min-width:0}.compare th,.compare td{min-width:0!important;max-width:none!important;font-size:7.5pt}\
    .tall thead th,.tall thead td{position:static}thead{display:table-header-group}
    tr,figure,.card{break-inside:avoid}h1,h2,h3{break-after:avoid}pre{white-space:pre-wrap;overflow-wrap:anywhere}}
    """
}
