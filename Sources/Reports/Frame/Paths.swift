/// Where pages lie, below the site's root.
enum Paths {
  static let index = "index.html"
  static let models = "index.html#models"
  static let data = "index.html#data"
  static let runs = "runs/index.html"

  static func profile(_ shortDigest: String) -> String { "profiles/\(shortDigest).html" }
  static func run(_ id: String) -> String { "runs/\(id).html" }
  static func model(_ project: String, _ name: String) -> String { "models/\(project)/\(name).html" }
  static func dataset(_ project: String, _ name: String) -> String { "datasets/\(project)/\(name).html" }
}
