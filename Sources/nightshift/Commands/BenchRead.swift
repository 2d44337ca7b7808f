internal import ArgumentParser
internal import Disk
internal import Pipeline
internal import Store
internal import Tables

/// Reads files to typed columns and says how many rows there are: for Scripts/bench/tables. With `--each`, what each file
/// holds, for Scripts/fuzz-tables.
struct BenchRead: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench-read", abstract: "Read files to typed columns (for Scripts/bench/tables).", shouldDisplay: false
  )

  @Argument var files: [String]
  @Flag(help: "Each file is a table: a digest of it a line, or what is wrong with it.") var each = false
  @Flag(help: "All columns are text, and no words are missing values.") var texts = false
  @Option(help: "How many threads read.") var threads: Int?
  @Option(help: "Files are read as streams, dealt out in blocks of so many bytes.") var blockBytes: Int?

  func run() throws {
    guard each else { return show(try reader(files).readTable()) }
    for file in files {
      do {
        let reader = try reader([file])
        let types = texts ? Dictionary(try reader.header().map { ($0, ColumnType.string) }) { $1 } : [:]
        Terminal.write("\(Digest(of: (try reader.readTable(types: types)).content(ofTexts: texts)))")
      } catch let error as TablesError {
        Terminal.write("\(error)".printable)
      }
    }
  }

  private func reader(_ files: [String]) throws -> TableReader {
    let disk = Disk()
    var options = texts ? ReadOptions(missingWords: []) : ReadOptions()
    if let threads { options.threads = threads }
    if let blockBytes { options.blockBytes = blockBytes }
    let sources = try files.map { name in
      let file = try disk.open(absolute(name))
      guard blockBytes != nil else { return try TableSource(name: name, file: file) }
      return TableSource(name: name) { FileStream(file) }
    }
    return TableReader(sources, options: options)
  }

  private func show(_ table: Table) {
    Terminal.write("\(table.rowCount) rows")
    for column in table.columns { Terminal.write("\(column.name.printable) \(column.type.rawValue)") }
  }
}

extension Table {
  /// All that was read, column by column: names and texts, each with a NUL behind it, or, of types, the values as they
  /// lie in memory.
  fileprivate func content(ofTexts: Bool) -> [UInt8] {
    var bytes: [UInt8] = []
    for column in columns {
      bytes += column.name.utf8 + [0]
      guard !ofTexts else {
        for text in column.texts { bytes += (text ?? "").utf8 + [0] }
        continue
      }
      bytes += column.type.rawValue.utf8 + [0]
      switch column.storage {
      case .integers(let values), .timestamps(let values): values.withUnsafeBytes { bytes += $0 }
      case .floats(let values): values.map(\.bitPattern).withUnsafeBytes { bytes += $0 }
      case .booleans(let values): values.withUnsafeBytes { bytes += $0 }
      case .strings(let texts):
        texts.codes.withUnsafeBytes { bytes += $0 }
        for value in texts.values { bytes += value.utf8 + [0] }
      }
    }
    return bytes
  }
}
