internal import ArgumentParser
internal import Disk
internal import Pipeline
internal import Tables

/// Reads files to typed columns and says how many rows there are: for Scripts/bench/tables.
struct BenchRead: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench-read", abstract: "Read files to typed columns (for Scripts/bench/tables).", shouldDisplay: false
  )

  @Argument var files: [String]

  func run() throws {
    let disk = Disk()
    let table = try TableReader(
      try files.map { try TableSource(name: $0, file: disk.open(absolute($0))) }
    ).readTable()
    Terminal.write("\(table.rowCount) rows")
    for column in table.columns { Terminal.write("\(column.name.printable) \(column.type.rawValue)") }
  }
}
