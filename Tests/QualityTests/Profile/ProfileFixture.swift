import Disk
@testable import Quality
import Records
import Tables

/// Profiles of small tables.
enum ProfileFixture {
  /// - Parameters:
  ///   - parts: files of one table.
  ///   - batch: rows that come at a time.
  static func document(
    of parts: [UInt8]..., target: String? = nil, batch: Int? = nil, threads: Int = 2
  ) throws -> ProfileDocument {
    let reader = TableReader(
      parts.enumerated().map { index, bytes in TableSource(name: "part\(index).csv") { MemoryStream(bytes) } })
    let target = try target.map { try TargetRule($0) }
    guard let batch else {
      return try reader.scan(
        begin: { try TableProfiler(schema: $0, target: target, threads: threads) }, { try $0.add($1) }
      ).document()
    }
    let schema = try reader.inferredSchema()
    var profiler = try TableProfiler(schema: schema, target: target, threads: threads)
    let types = Dictionary(uniqueKeysWithValues: schema.columns.map { ($0.name, $0.type) })
    try reader.forEachBatch(of: batch, columns: schema.columns.map(\.name), types: types) { try profiler.add($0) }
    return profiler.document()
  }

  static func document(of text: String, target: String? = nil) throws -> ProfileDocument {
    try document(of: Array(text.utf8), target: target)
  }
}
