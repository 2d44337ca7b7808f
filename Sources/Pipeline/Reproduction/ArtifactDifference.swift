internal import Disk
internal import Foundation
internal import Records
internal import Store
internal import Tables

/// Whether two artifacts of other bytes say the same, and where not.
struct ArtifactDifference {
  let site: Site
  /// Largest difference of two numbers, times the larger of 1 and their size.
  let tolerance: Double

  private static let batchRows = 65_536

  /// The first difference in words; nil where all words are the same and all numbers near enough.
  func between(_ old: Artifact, _ new: Artifact) throws -> String? {
    guard try site.store.contains(old.digest) else { return "other bytes, and what was made then is not kept" }
    switch old.kind {
    case .dataset: return try tables(old, new)
    case .model: return try models(old, new)
    case .files: return try files(old, new)
    default: return try documents(try site.store.blob(old.digest), try site.store.blob(new.digest))
    }
  }

  // MARK: Tables

  private func tables(_ old: Artifact, _ new: Artifact) throws -> String? {
    guard let before = try site.table(old), let after = try site.table(new) else { return try files(old, new) }
    let header = try before.header()
    guard try after.header() == header else { return "it has other columns" }
    let types = try [before, after].map { reader in
      Dictionary(
        try reader.inferredSchema().columns.map { ($0.name, $0.type) }, uniquingKeysWith: { first, _ in first })
    }
    let (count, others) = (try before.countRows(), try after.countRows())
    guard count == others else { return "it has \(others) rows, not \(count)" }
    for name in header {
      // Numbers with fractions have a tolerance; whole ones are keys, counts or times as often as measures.
      let isFraction = types.contains { $0[name] == .float } && types.allSatisfy { Self.isNumber($0[name]) }
      let read = isFraction ? ColumnType.float : .string
      // Column by column: a table need not fit into memory, one column of it twice must.
      let columns = try [before, after].map { try $0.readTable(columns: [name], types: [name: read]).columns[0] }
      if let row = difference(columns[0], columns[1]) { return "row \(row + 1) of the column “\(name)” differs" }
    }
    return nil
  }

  private static func isNumber(_ type: ColumnType?) -> Bool { type == .integer || type == .float }

  private func difference(_ old: Column, _ new: Column) -> Int? {
    if case .floats(let before) = old.storage, case .floats(let after) = new.storage {
      return before.indices.first { !isClose(before[$0], after[$0]) }
    }
    let (before, after) = (old.texts, new.texts)
    return before.indices.first { before[$0] != after[$0] }
  }

  /// Whole numbers are equal or not.
  private func isClose(_ old: Double, _ new: Double) -> Bool {
    if old == new || old.isNaN && new.isNaN { return true }
    guard old != old.rounded() || new != new.rounded() else { return false }
    return abs(old - new) <= tolerance * max(1, abs(old), abs(new))
  }

  // MARK: Files and models

  private func files(_ old: Artifact, _ new: Artifact) throws -> String? {
    let before = try site.store.manifest(old.digest).files
    let after = try site.store.manifest(new.digest).files
    guard before.map(\.path) == after.map(\.path) else { return "it has other files" }
    let names = zip(before, after).filter { $0.digest != $1.digest }.map(\.0.path.text)
    return names.isEmpty ? nil : "other bytes in \(names.prefix(3).joined(separator: ", "))"
  }

  /// File by file: documents by what they say, the answers to the sample as numbers, all else by its bytes.
  private func models(_ old: Artifact, _ new: Artifact) throws -> String? {
    let before = try site.store.manifest(old.digest).files
    guard try site.store.manifest(new.digest).files.map(\.path) == before.map(\.path) else {
      return "it has other files"
    }
    for name in before.map(\.path.text) {
      guard let one = try file(name, old), let other = try file(name, new), one != other else { continue }
      if name.hasSuffix(".json") {
        if let found = try documents(one, other) { return "\(name): \(found)" }
      } else if name == CommandPackage.answersName {
        if let found = try answers(one, other) { return found }
      } else {
        return "other bytes in \(name)"
      }
    }
    return nil
  }

  private func answers(_ old: [UInt8], _ new: [UInt8]) throws -> String? {
    let columns = try [old, new].map { bytes in
      let reader = TableReader([TableSource(name: CommandPackage.answersName) { MemoryStream(bytes) }])
      let names = try reader.header()
      return try reader.readTable(
        columns: names, types: Dictionary(names.map { ($0, .float) }, uniquingKeysWith: { $1 })
      ).columns
    }
    guard columns[0].map(\.name) == columns[1].map(\.name) else { return "its answers have other columns" }
    for (before, after) in zip(columns[0], columns[1]) {
      guard before.count == after.count else { return "it has another number of answers" }
      if let row = difference(before, after) { return "its answer to row \(row + 1) of its sample differs" }
    }
    return nil
  }

  private func file(_ name: String, _ model: Artifact) throws -> [UInt8]? {
    guard let file = try site.store.manifest(model.digest)[name] else { return nil }
    var stream = site.store.stream(of: file)
    return try stream.readAll()
  }

  // MARK: Documents

  private func documents(_ old: [UInt8], _ new: [UInt8]) throws -> String? {
    let (before, after) = (
      try CanonicalJSON.decode(Value.self, from: old), try CanonicalJSON.decode(Value.self, from: new)
    )
    return difference(before, after, at: "")
  }

  private indirect enum Value: Decodable, Equatable {
    case nothing
    case flag(Bool)
    case number(Double)
    case text(String)
    case list([Value])
    case object([String: Value])

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if container.decodeNil() {
        self = .nothing
      } else if let flag = try? container.decode(Bool.self) {
        self = .flag(flag)
      } else if let number = try? container.decode(Double.self) {
        self = .number(number)
      } else if let text = try? container.decode(String.self) {
        self = .text(text)
      } else if let list = try? container.decode([Value].self) {
        self = .list(list)
      } else {
        self = .object(try container.decode([String: Value].self))
      }
    }
  }

  /// The place of the first difference.
  private func difference(_ old: Value, _ new: Value, at place: String) -> String? {
    switch (old, new) {
    case (.number(let before), .number(let after)):
      return isClose(before, after) ? nil : "\(place) is \(after), not \(before)"
    case (.list(let before), .list(let after)):
      guard before.count == after.count else { return "\(place) has \(after.count) entries, not \(before.count)" }
      for (index, (one, other)) in zip(before, after).enumerated() {
        if let found = difference(one, other, at: "\(place)[\(index)]") { return found }
      }
      return nil
    case (.object(let before), .object(let after)):
      guard before.keys.sorted() == after.keys.sorted() else { return "\(place) has other keys" }
      for (key, value) in before.sorted(by: { $0.key < $1.key }) {
        if let other = after[key], let found = difference(value, other, at: place.isEmpty ? key : "\(place).\(key)") {
          return found
        }
      }
      return nil
    default: return old == new ? nil : "\(place) is another"
    }
  }
}
