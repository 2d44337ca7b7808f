package import Disk
package import SystemPackage
package import Tables

/// What rules look at beside the data itself.
package struct ContractSurroundings {
  /// Rows that a query gave.
  package struct QueryAnswer: Sendable {
    package var rowCount: Int
    package init(rowCount: Int) { self.rowCount = rowCount }
  }

  /// The run's time, in seconds since 1970.
  package var now: Double
  /// Row counts of the versions before, newest first; nil where they are not known: the data is no version.
  package var rowCounts: [Int]?
  /// Other tables, by the reference that the contract names them with.
  package var tables: [String: TableReader]
  package var reference: TableReader?
  /// The types that the data is known to have: saves a look at all rows.
  package var schema: Schema?
  /// Runs a query over the data, which it calls `data`; nil where nothing can.
  package var query: ((String) throws -> QueryAnswer)?
  package var disk: Disk
  /// Where temporary files may be.
  package var folder: FilePath

  package init(now: Double, disk: Disk, folder: FilePath) {
    self.now = now
    self.disk = disk
    self.folder = folder
    tables = [:]
  }
}
