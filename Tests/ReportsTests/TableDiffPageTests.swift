import Records
@testable import Reports
import Testing

@Suite struct TableDiffPageTests {
  private typealias Document = TableDiffDocument

  private func page(_ document: TableDiffDocument) -> String {
    String(decoding: TableDiffPage(document).bytes, as: UTF8.self)
  }

  private func document(_ columns: [TableDiffDocument.Column], findings: [TableDiffDocument.Finding] = [])
    -> TableDiffDocument
  {
    Document(
      old: Document.Side(name: "old.csv", rowCount: 10, columnCount: columns.count),
      new: Document.Side(name: "new.csv", rowCount: 10, columnCount: columns.count), findings: findings,
      columns: columns)
  }

  private let summary = TableDiffDocument.Summary(type: "integer", missingCount: 1, distinctCount: 7, isUnique: nil)

  @Test("a column that came or is gone says so, and shows its one side")
  func oneSided() {
    var renamed = Document.Column(name: "c", old: summary, new: summary)
    renamed.oldName = "before<c>"
    let text = page(
      document([Document.Column(name: "a", new: summary), Document.Column(name: "b", old: summary), renamed]))
    for (name, word) in [("a", "new"), ("b", "gone"), ("c", "was before&lt;c&gt;")] {
      #expect(
        text.contains(
          ">\(name)<br><span class=\"soft\">\(word)</span></div></td><td><span class=\"type\">integer</span></td>"))
    }
    #expect(!text.contains("– →") && !text.contains("→ –"))
  }

  @Test("names and values break on a narrow screen")
  func breaks() {
    let text = page(document([]))
    #expect(text.contains("<div class=\"break\">") && text.contains(".break td:not(.n){overflow-wrap:anywhere"))
  }

  @Test("names of any length, columns and changed values of any number leave a page that can be opened")
  func bounded() {
    let name = "x" + String(repeating: "\u{301}", count: 50_000)
    var hostile = document(
      (0..<3000).map { Document.Column(name: "\($0)" + name, old: summary, new: summary) },
      findings: (0..<3000).map { Document.Finding(.minor, .added, column: nil, "\($0)" + name) })
    let cells = (0..<3000).map { Document.Cell(column: "\($0)", old: name, new: "\($0)") }
    hostile.keys = Document.Keys(
      columns: [name], addedCount: 1, removedCount: 0, changedCount: 20, unchangedCount: 0, oldDuplicateCount: 0,
      newDuplicateCount: 0, changedColumns: [])
    hostile.keys?.changed = (0..<20).map { Document.ChangedRow(key: ["\($0)", name], cells: cells) }
    hostile.keys?.added = [[name]]
    let text = page(hostile)
    #expect(text.utf8.count < 4 << 20)
    #expect(text.contains("and 2,000 more columns") && text.contains("and 2960 more"))
  }
}
