internal import Foundation

/// What DuckDB says is wrong, in one sentence.
struct DuckDBFailure: Error, CustomStringConvertible {
  var text: String
  /// Bytes from the beginning of the user's query; nil when DuckDB names no place in it.
  var position: Int?

  var description: String { text }

  init(text: String, position: Int? = nil) {
    self.text = text
    self.position = position
  }

  /// Longer messages repeat the query.
  private static let limitCharacters = 500

  private struct Report: Decodable {
    var exception_type: String
    var exception_message: String
    var position: String?
  }

  /// - Parameters:
  ///   - errors: what DuckDB wrote to its standard error, with a JSON object somewhere in it.
  ///   - told: gives files the names that people know.
  init(_ errors: [UInt8], queryOffset: Int?, told: (String) -> String) {
    let lines = errors.split(separator: 10).map { line in line.drop { $0 != UInt8(ascii: "{") } }
    for line in lines.reversed() {
      guard let report = try? JSONDecoder().decode(Report.self, from: Data(line)) else { continue }
      text = Self.sentence(report, told)
      position = report.position.flatMap { Int($0) }.flatMap { place in
        queryOffset.flatMap { place >= $0 ? place - $0 : nil }
      }
      return
    }
    let said = String(decoding: errors.prefix(2000), as: UTF8.self).split(separator: "\n").last.map(String.init) ?? ""
    text = told(said.isEmpty ? "DuckDB ended without a word" : String(said.prefix(Self.limitCharacters)))
  }

  /// The first paragraph: after it come hints on settings that nobody can make here.
  private static func sentence(_ report: Report, _ told: (String) -> String) -> String {
    let message = told(report.exception_message)
    let paragraph = message.prefix(upTo: message.firstRange(of: "\n\n")?.lowerBound ?? message.endIndex)
    var lines: [Substring] = []
    for line in paragraph.split(separator: "\n") {
      if line.hasPrefix("Possible ") || line.hasPrefix("* ") { break }
      lines.append(line)
    }
    let file = message.split(separator: "\n").first { $0.hasPrefix("  file = ") }.map { $0.dropFirst(9) + ": " } ?? ""
    let text = file + lines.joined(separator: "; ")
    let kind = report.exception_type == "Out of Memory" ? "out of memory: " : ""
    return kind + String(text.prefix(limitCharacters))
      + (kind.isEmpty ? "" : "; raise `memory` in the step's `resources`")
  }
}
