internal import Disk
internal import Learning
internal import Tables

/// What a scoring command wrote for a batch: a header line, then a line of scores for each row.
struct ScoreAnswer {
  private let task: ModelSchema.Task
  private let rowCount: Int

  /// - Parameter rowCount: how many rows it was asked about.
  init(_ task: ModelSchema.Task, rowCount: Int) {
    self.task = task
    self.rowCount = rowCount
  }

  /// More than any answer has: 64 bytes a number, and a header.
  var limitBytes: Int { (1 << 20) + rowCount * (task.outputCount * 64 + 2) }

  /// Row-major, rows x outputs. Throws ``Fault`` for what is no such answer.
  func scores(_ bytes: [UInt8]) throws -> [Double] {
    let columns = try columns(bytes)
    guard columns.count == task.outputCount else { throw Fault("it has \(columns.count) columns of scores") }
    let found = columns.first?.count ?? 0
    guard found == rowCount else { throw Fault("it has \(found) scores for \(rowCount) rows") }
    let isProbability = task.isProbability
    var scores = [Double](repeating: 0, count: rowCount * columns.count)
    for (place, column) in columns.enumerated() {
      for (row, score) in column.enumerated() {
        guard score.isFinite else { throw Fault("row \(row + 1) has no score") }
        guard !isProbability || (0...1).contains(score) else {
          throw Fault("row \(row + 1) has the score \(score), and a probability from 0 to 1 is wanted")
        }
        scores[row * columns.count + place] = score
      }
    }
    return scores
  }

  /// What is wrong with an answer.
  struct Fault: Error {
    var reason: String
    init(_ reason: String) { self.reason = reason }
  }

  /// The columns of scores, in the order of the model's outputs.
  private func columns(_ bytes: [UInt8]) throws -> [[Double]] {
    guard !bytes.isEmpty else { throw Fault("it wrote nothing") }
    let reader = TableReader([TableSource(name: "its scores") { MemoryStream(bytes) }])
    let header: [String]
    let table: Table
    do {
      header = try reader.header()
      let names = try outputs(header)
      table = try reader.readTable(
        columns: names, types: Dictionary(names.map { ($0, ColumnType.float) }, uniquingKeysWith: { $1 }))
    } catch let error as TablesError {
      throw Fault("\(error)")
    }
    return table.columns.map { $0.doubles ?? [] }
  }

  /// The names under which its header has the model's outputs.
  private func outputs(_ header: [String]) throws -> [String] {
    guard case .multiclass(let classes) = task else {
      guard header.count == task.outputCount else {
        throw Fault(
          "its header has \(header.count) columns (\(header.prefix(5).joined(separator: ", "))), and \(task.outputCount) is wanted"
        )
      }
      return header
    }
    guard Set(header) == Set(classes), header.count == classes.count else {
      throw Fault(
        "its header has \(header.prefix(5).joined(separator: ", ")), and a column for each class is wanted: \(classes.prefix(5).joined(separator: ", "))"
      )
    }
    return classes
  }
}

extension ModelSchema.Task {
  fileprivate var isProbability: Bool {
    switch self {
    case .binary, .multiclass: true
    default: false
    }
  }
}
