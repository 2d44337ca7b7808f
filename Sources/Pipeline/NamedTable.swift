package import Disk
package import Records
internal import Store
package import SystemPackage
package import Tables

/// A table that a command line names: a version in the store, or files.
package struct NamedTable {
  /// As it was asked for.
  package let name: String
  /// The version that it means, or the files.
  package let title: String
  package let reader: TableReader
  /// Nil for files that are in no store.
  package let artifact: Artifact?

  /// A version by `NAME@…`.
  package init(version reference: String, in site: Site) throws {
    let artifact = try VersionLookup(site).find(reference, [.dataset])
    let table = try Self.reader(of: artifact, in: site)
    (name, title, reader, self.artifact) = (reference, artifact.version?.text ?? reference, table, artifact)
  }

  static func reader(of artifact: Artifact, in site: Site) throws -> TableReader {
    guard let table = try site.table(artifact) else {
      throw TablesError.noRows("\(artifact.version?.text ?? artifact.shortDigest) has no file that is a table")
    }
    return table
  }

  /// Files as one table, by the names that they were given.
  package init(files: [(name: String, path: FilePath)], disk: Disk) {
    let sources = files.map { file in TableSource(name: file.name) { FileStream(try disk.open(file.path)) } }
    name = files.map(\.name).joined(separator: ", ")
    (title, reader, artifact) = (name, TableReader(sources), nil)
  }
}
