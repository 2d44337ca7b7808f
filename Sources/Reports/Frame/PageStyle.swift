/// What lineage, timelines and comparisons need beside the rest of the style. On a sheet of paper a comparison has room for
/// ``paperColumns`` subjects.
enum PageStyle {
  static let paperColumns = 6

  static let css = """
    svg.wide{display:block;max-width:none}\
    svg.wide text{fill:var(--soft);font:12px system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
    svg.wide text.ink{fill:var(--ink)}svg.wide .axis{stroke:var(--line)}
    svg a:hover rect,svg a:focus-visible rect{stroke:var(--link)}
    svg a:focus-visible{outline:none}svg a:focus-visible rect{stroke-width:2.5}
    .digest{overflow-wrap:anywhere;font-size:.8em;line-height:1.3;display:inline-block;min-width:13rem}
    .compare{font-size:.85rem}.compare th .soft{font-weight:400;font-size:.78rem}
    .compare th[scope=col]{white-space:normal;vertical-align:bottom;min-width:8.6rem;overflow-wrap:anywhere;line-height:1.35}
    .compare td{min-width:8.6rem;max-width:15rem;overflow-wrap:anywhere;font-variant-numeric:tabular-nums}
    .compare th[scope=row],.compare thead th:first-child{position:sticky;left:0;background:var(--ground);z-index:1;\
    min-width:6.5rem;max-width:11rem;white-space:normal;overflow-wrap:anywhere;vertical-align:top;box-shadow:1px 0 var(--line);\
    padding-right:.8rem}.compare td:nth-child(2),.compare th:nth-child(2){padding-left:.8rem}
    .compare thead th:first-child{vertical-align:bottom}
    @media (max-width:36rem){.compare th[scope=row],.compare thead th:first-child{min-width:5.5rem;max-width:7rem}}
    @media print{.many::before{content:"On paper, the first \(paperColumns) columns; the page has them all.";color:var(--soft)}
    svg.wide{max-width:100%}.compare{font-size:7.5pt;table-layout:fixed;width:100%;min-width:0}\
    .compare th[scope],.compare td{position:static;min-width:0;max-width:none;padding-right:.4rem;box-shadow:none}\
    .compare .w{white-space:normal}.compare th:nth-child(n+\(paperColumns + 2)),.compare td:nth-child(n+\(paperColumns + 2)){display:none}}
    """
}
