internal import Records

extension Layout {
  func link(run id: String) -> HTML { "<a href=\"\(to(Paths.run(id)))\">\(id)</a>" }

  /// A version of a dataset or model, to its entity's page.
  func link(_ version: VersionLabel, _ kind: Artifact.Kind) -> HTML {
    let target =
      kind == .model ? Paths.model(version.project, version.name) : Paths.dataset(version.project, version.name)
    return "<a href=\"\(to(target))\">\(version.text)</a>"
  }
}

extension Paths {
  static func overTime(_ project: String, _ name: String) -> String { "models/\(project)/\(name)/over-time.html" }
  static func compareRuns(_ job: String) -> String { "jobs/\(job)/compare.html" }
  static func compare(_ project: String, _ name: String) -> String { "models/\(project)/\(name)/compare.html" }
}

extension HTML {
  /// The first 12 digits, the whole digest where one points.
  static func digest(_ text: String) -> HTML {
    "<span class=\"mono soft\" title=\"\(text)\">\(String(text.dropFirst("sha256:".count).prefix(12)))</span>"
  }
}
