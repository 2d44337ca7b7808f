internal import Pipeline
internal import Records
internal import Reports

/// What became of models, night by night, from the records alone.
struct ModelNights {
  private let site: Site

  init(_ site: Site) { self.site = site }

  /// Latest first, then by project and model.
  ///
  /// - Parameter model: its name; nil: all of them.
  func nights(of model: String?) throws -> [Night] {
    let archive = RunArchive(site.store)
    let evidence = StoredEvidence(site)
    let names = try archive.folders().map(\.run)
    let news = try Parallel.map(names) { name in try archive.record(of: name).map { try RunNews($0, evidence) } }
    return Night.nights(of: news.compactMap { $0 }).filter { model == nil || $0.model.name == model }
  }
}
