internal import Records

/// Every dataset in a line.
struct DatasetListPage {
  let datasets: [DatasetStanding]
  let terms: SiteTerms

  func page() -> Page {
    let layout = Layout(siteName: terms.siteName, path: Paths.datasets)
    return layout.page("Data", crumbs: [], "<h1>Data</h1>\(Self.table(datasets, layout))")
  }

  static func table(_ datasets: [DatasetStanding], _ layout: Layout) -> HTML {
    Table.table(
      ["Dataset", "Project", "Version", "Rows", "Size", "From", "Contract"], numeric: [2, 3, 4],
      datasets.map { data -> [HTML] in
        [
          layout.link(dataset: data.key), "\(data.project)", "\(data.version.map { "v\($0)" } ?? "–")",
          "\(data.rowCount.map(Format.grouped) ?? "–")", "\(data.totalBytes.map(Format.bytes) ?? "–")",
          "<span class=\"w\">\(data.created?.date ?? "–")</span>", contract(data),
        ]
      }, limitBytes: NightPage.limitBytes)
  }

  private static func contract(_ data: DatasetStanding) -> HTML {
    guard let words = data.contract else { return "<span class=\"soft\">none</span>" }
    return data.contractStops ? "<span class=\"bad\">\(words)</span>" : "\(words)"
  }
}
