internal import Records
internal import Tables

/// Looks failing rows up in the files: where they are and what they hold. Reads the data once more when there are any,
/// no further than the last one.
struct FailingRows {
  private(set) var columns: [String] = []
  private(set) var samples: [ContractDocument.Sample] = []
  private var files: [(file: String, rowCount: Int)] = []

  static let limitSamples = 100
  private static let limitColumns = 40
  private static let limitCell = 120

  init(_ data: TableReader, _ header: [String], _ rules: [ContractRule], _ findings: [RuleFinding]) throws {
    let broken = zip(rules, findings).filter { $1.outcome == .failed && $1.failing?.first.isEmpty == false }
    guard !broken.isEmpty else { return }
    files = try data.rowCounts()
    let each = max(1, Self.limitSamples / broken.count)
    let wanted = broken.prefix(Self.limitSamples).flatMap { rule, finding in
      (finding.failing?.first.prefix(each) ?? []).map { (rule: rule.id, row: $0) }
    }
    // What the rules read comes first, should there be too many columns to show.
    let read = Set(broken.flatMap { $0.0.columns })
    let shown = Set((header.filter(read.contains) + header.filter { !read.contains($0) }).prefix(Self.limitColumns))
    columns = header.filter(shown.contains)
    let cells = try Self.cells(data, columns, Set(wanted.map(\.row)))
    samples = wanted.compactMap { rule, row in
      guard let place = places([row]).first, let cells = cells[row] else { return nil }
      return ContractDocument.Sample(rule: rule, place: place, cells: cells)
    }
  }

  /// The files and rows that the numbers stand for.
  func places(_ rows: some Sequence<Int>) -> [ContractDocument.Place] {
    rows.compactMap { number in
      var row = number
      for file in files {
        if row < file.rowCount { return ContractDocument.Place(file: file.file, row: row + 1) }
        row -= file.rowCount
      }
      return nil
    }
  }

  private struct Enough: Error {}

  private static func cells(_ data: TableReader, _ columns: [String], _ rows: Set<Int>) throws -> [Int: [String?]] {
    var cells: [Int: [String?]] = [:]
    // As the files have them.
    let texts = Dictionary(columns.map { ($0, ColumnType.string) }, uniquingKeysWith: { first, _ in first })
    var first = 0
    do {
      try data.forEachBatch(of: 16_384, columns: columns, types: texts, dictionaries: .perBatch) { table in
        let here = rows.filter { $0 >= first && $0 < first + table.rowCount }.sorted()
        if !here.isEmpty {
          let picked = table.gather(here.map { $0 - first }).columns.map(\.texts)
          for (place, row) in here.enumerated() {
            cells[row] = picked.map { $0[place].map { ValueText.clipped($0, limit: limitCell) } }
          }
        }
        first += table.rowCount
        if cells.count == rows.count { throw Enough() }
      }
    } catch is Enough {}
    return cells
  }
}
