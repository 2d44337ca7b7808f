internal import Disk
internal import Quality
package import Records
package import Tables

/// Profiles of tables, for the step and for people who ask by hand.
package enum Profiling {
  /// - Parameter target: a column, or a comparison over one.
  package static func document(
    of reader: TableReader, target: String?, threads: Int = Processors.count
  ) throws -> ProfileDocument {
    let target = try target.map { try TargetRule($0) }
    let profiler = try reader.scan(
      begin: { try TableProfiler(schema: $0, target: target, threads: threads) }, { try $0.add($1) })
    return profiler.document()
  }
}
