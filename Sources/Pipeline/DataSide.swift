package import Disk
internal import Jobs
package import Quality
package import Records
package import SystemPackage
internal import Jobs
internal import Store
internal import Tables

/// One side of `data diff`: a version in the store, or files on disk.
package struct DataSide: Sendable {
  /// As it was asked for, or the version that it means.
  package var name: String
  /// Nil for files on disk.
  package var artifact: Artifact?
  /// Nil where no file is a table.
  package var table: ComparedTable?

  /// Whether the text is a path and no version: what has no `@` and is no digest.
  package static func isPath(_ text: String) -> Bool { !text.contains("@") && !text.hasPrefix("sha256:") }

  /// A version of the site.
  package init(_ reference: String, in site: Site) throws {
    let found = try VersionLookup(site).find(reference)
    name = found.version?.text ?? found.shortDigest
    artifact = found
    guard let reader = try site.table(found) else { return }
    table = ComparedTable(name: name, digest: found.digestText, reader: reader)
  }

  /// A file, a folder or a glob.
  package init(path: String, below folder: FilePath, disk: Disk) throws {
    name = path
    let files = try Ingest(disk: disk).sources(path, below: folder)
    var sources: [TableSource] = []
    for source in files {
      guard let format = TableFileFormat(source.path.text) else { continue }
      guard format.kind != .parquet else {
        throw PipelineError.unknownReference(
          path, reason: "Parquet is read out of the store: add it with `nightshift data add` first")
      }
      sources.append(try TableSource(name: source.path.text, file: try disk.open(source.file)))
    }
    guard !sources.isEmpty else { return }
    table = ComparedTable(name: path, reader: TableReader(sources))
  }
}
