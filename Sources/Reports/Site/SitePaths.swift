internal import Records

extension Paths {
  static let nights = "nights/index.html"
  static let jobs = "jobs/index.html"
  static let datasets = "datasets/index.html"

  static func night(_ date: String) -> String { "nights/\(date).html" }
  static func job(_ name: String) -> String { "jobs/\(name).html" }
}
