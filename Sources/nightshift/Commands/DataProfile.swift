internal import ArgumentParser
internal import Disk
internal import Pipeline
internal import Records
internal import Reports
internal import SystemPackage

extension DataCommand {
  struct Profile: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "profile",
      abstract: "Say what is in a version, or in files: columns, keys, correlations, what looks wrong.",
      discussion: """
        Reads all rows once, in memory that does not grow with them. With --target, columns that say too well what a model is to \
        learn are named. What is estimated says so.

        EXAMPLE:
          nightshift data profile flights@latest --target 'arr_delay > 15' --html profile.html
        """)

    @Argument(help: "NAME@VERSION, or files that are one table.", completion: .file())
    var data: [String]

    @Option(help: "A column, or a comparison over one.")
    var target: String?

    @Option(help: "Write a page to this file.", completion: .file())
    var html: String?

    @OptionGroup var siteOptions: SiteOptions
    @OptionGroup var output: JSONOption

    func run() throws {
      let named = try table()
      var document = try Profiling.document(of: named.reader, target: target)
      document.data = named.artifact?.digest
      document.dataVersion = named.artifact?.version
      if let html {
        let path = absolute(html)
        let page = ProfilePage(document, title: named.title)
        try Disk().replace(
          path, with: page.lonePage(path: path.lastComponent?.string ?? "", now: Runner.now()), durability: .cached,
          mode: 0o644)
      }
      if output.json { return try Terminal.writeJSON(document) }
      write(document)
    }

    private func table() throws -> NamedTable {
      if data.count == 1, data[0].contains("@"), !Disk().exists(absolute(data[0])) {
        return try NamedTable(version: data[0], in: try siteOptions.open())
      }
      return NamedTable(files: data.map { (name: $0, path: absolute($0)) }, disk: Disk())
    }

    private func write(_ document: ProfileDocument) {
      Terminal.write("\(document.rowCount) rows, \(document.columns.count) columns")
      var table = TextTable(["COLUMN", "TYPE", "MISSING", "DISTINCT", "FROM", "TO"], rightAligned: [2, 3])
      for column in document.columns {
        let about = column.distinct.standardError == nil ? "" : "~"
        table.add([
          column.name.printable, column.type, "\(column.missingCount)", about + "\(column.distinct.value)",
          (column.minimum ?? "").printable, (column.maximum ?? "").printable,
        ])
      }
      Terminal.write(table.text)
      for key in document.keys.prefix(5) { Terminal.write("key: \(key.columns.joined(separator: ", ").printable)") }
      for alert in document.alerts { Terminal.write("\(alert.kind): \(alert.text.printable)") }
    }
  }
}
