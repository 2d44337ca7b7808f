internal import ArgumentParser
internal import Disk
internal import Jobs
internal import Pipeline
internal import Store

/// Names of a site for the completion of command lines. Where there is no site, or it cannot be read, there are none:
/// nobody who presses a key wants to read why.
enum SiteNames {
  /// More than anybody chooses from.
  private static let limit = 200

  static let runs = CompletionKind.custom { words, _, _ in names(words, runs) }
  static let models = CompletionKind.custom { words, _, _ in names(words) { try entities($0, .model) } }
  static let versions = CompletionKind.custom { words, _, _ in names(words, versions) }
  static let anything = CompletionKind.custom { words, _, _ in names(words) { try versions($0) + runs($0) } }

  private static func names(_ words: [String], _ list: (Site) throws -> [String]) -> [String] {
    var options = SiteOptions()
    options.site = words.firstIndex(of: "--site").flatMap { words.dropFirst($0 + 1).first }
    guard let site = try? options.open(), let names = try? list(site) else { return [] }
    // A shell takes a colon for the start of an explanation, and a blank for the end of a word.
    return names.filter { name in !name.contains { ": \\\n".contains($0) } }
  }

  private static func runs(_ site: Site) throws -> [String] {
    Array(try RunArchive(site.store).names().prefix(limit))
  }

  private static func entities(_ site: Site, _ kind: EntityName.Kind) throws -> [String] {
    try site.store.refs.entities(kind).prefix(limit).map { entity in
      entity.project == site.settings.project ? entity.name : "\(entity.project)/\(entity.name)"
    }
  }

  private static func versions(_ site: Site) throws -> [String] {
    try EntityName.Kind.allCases.flatMap { try entities(site, $0) }.map { $0 + "@latest" }
  }
}
