internal import Tables

/// The queries of a ranking: rows with one value in the group's column.
struct QueryGroups {
  /// The rows, those of a query one after the other; queries by their first row, rows as they come.
  let order: [Int]
  /// How many rows each query has.
  let sizes: [UInt32]

  /// Throws for rows without a value, and for a column that tells all rows apart: then there is nothing to rank.
  init(_ name: String, of table: Table) throws(LearningError) {
    guard let column = table[name] else {
      throw .unknownColumn(role: "group", name: name, nearest: nearestWord(to: name, among: table.columns.map(\.name)))
    }
    var rows: [[Int]] = []
    var places: [String: Int] = [:]
    for (row, text) in column.texts.enumerated() {
      guard let text else {
        throw .unusableColumn(
          name: name, reason: "row \(row + 1) of those with a target has no value, and so belongs to no group")
      }
      if let place = places[text] {
        rows[place].append(row)
      } else {
        places[text] = rows.count
        rows.append([row])
      }
    }
    guard rows.count < column.count else {
      throw .unusableColumn(
        name: name, reason: "each of its \(column.count) rows has a value of its own: rows of one group are ranked")
    }
    order = rows.flatMap { $0 }
    sizes = rows.map { UInt32($0.count) }
  }

  /// One weight a query, which all its rows must share.
  static func weights(_ weights: [Float], sizes: [UInt32], column: String) throws(LearningError) -> [Float] {
    var (groups, start) = ([Float](), 0)
    for size in sizes {
      let end = start + Int(size)
      guard weights[start..<end].allSatisfy({ $0 == weights[start] }) else {
        throw .unusableColumn(
          name: column, reason: "the rows of a group have different weights, and a ranking weighs whole groups")
      }
      groups.append(weights[start])
      start = end
    }
    return groups
  }
}
