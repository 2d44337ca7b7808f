/// A part of the site that every page links to.
enum Section: CaseIterable {
  case lastNight, models, data, runs, audit

  var title: String {
    switch self {
    case .lastNight: "Last night"
    case .models: "Models"
    case .data: "Data"
    case .runs: "Runs"
    case .audit: "Audit"
    }
  }

  /// Below the site's root.
  var target: String {
    switch self {
    case .lastNight: Paths.index
    case .models: Paths.models
    case .data: Paths.data
    case .runs: Paths.runs
    case .audit: Paths.audit
    }
  }

  /// The section that a page belongs to, by the folder that it lies in; nil where none claims it.
  init?(path: String) {
    switch path.split(separator: "/", maxSplits: 1).first {
    case "index.html": self = .lastNight
    case "models": self = .models
    case "datasets", "profiles": self = .data
    case "runs", "nights", "jobs": self = .runs
    case "audit": self = .audit
    default: return nil
    }
  }
}
