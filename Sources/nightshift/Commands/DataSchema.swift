internal import ArgumentParser
internal import Disk
internal import Pipeline
internal import Records
internal import Tables

extension DataCommand {
  /// Names, types and missing values of a table's columns.
  struct SchemaOfTable: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "schema", abstract: "Show the columns of a version or of files, and their types: all rows are read.",
      discussion: """
        Types are what all rows fit. `schema:` of a snapshot overrides them.

        EXAMPLE:
          nightshift data schema flights@v2
          nightshift data schema landing/2013-04-01.csv --json
        """)

    @Argument(help: "NAME@VERSION, or files, which are read as one table.", completion: .file())
    var what: [String]

    @OptionGroup var siteOptions: SiteOptions
    @OptionGroup var output: JSONOption

    private struct Row: Encodable {
      var name: String
      var type: String
      var missingCount: Int
    }

    func run() throws {
      let inspection = try reader().inspect()
      let rows = zip(inspection.schema.columns, inspection.missingCounts).map { column, missing in
        Row(name: column.name, type: column.type.rawValue, missingCount: missing)
      }
      if output.json { return try Terminal.writeJSON(rows) }
      var table = TextTable(["COLUMN", "TYPE", "MISSING"])
      for row in rows { table.add([row.name.printable, row.type, "\(row.missingCount)"]) }
      Terminal.write(table.text)
      Terminal.write("\(inspection.rowCount) rows")
      for note in inspection.report.notes { Terminal.warn(note.printable) }
    }

    private func reader() throws -> TableReader {
      let disk = Disk()
      guard what.count == 1, what[0].contains("@") || what[0].hasPrefix("sha256:"), !disk.exists(absolute(what[0]))
      else {
        return TableReader(try what.map { try TableSource(name: $0, file: disk.open(absolute($0))) })
      }
      let site = try siteOptions.open()
      return try StepTables.reader(of: try VersionLookup(site).find(what[0], [.dataset]), in: site)
    }
  }
}
