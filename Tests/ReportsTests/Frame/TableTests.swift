@testable import Reports
import Testing

@Suite struct TableTests {
  private static func rows(_ count: Int, _ columns: Int = 2) -> [[HTML]] {
    (0..<count).map { row in (0..<columns).map { "\(row) \($0)" } }
  }

  @Test(
    "a table can be sorted where it has several rows, and filtered where it has many",
    arguments: [(5, false, false), (6, true, false), (19, true, false), (20, true, true)])
  func traits(count: Int, isSorted: Bool, isFiltered: Bool) {
    let text = Table.table(["A", "B"], Table.Form(noun: "lines", choice: 1), Self.rows(count)).text
    #expect(text.contains(" data-sort") == isSorted)
    #expect(text.contains(" data-filter=\"lines\" data-choice=\"1\"") == isFiltered)
    #expect(text.hasPrefix("<div class=\"scroll tall\">") == isFiltered)
  }

  @Test("a column without a title has no header, and numbers stand in their columns")
  func header() {
    let text = Table.table(["", "B"], numeric: [1], Self.rows(1)).text
    #expect(text.contains("<thead><tr><td></td><th scope=\"col\" class=\"n\">B</th></tr></thead>"))
    #expect(text.contains("<tr><td>0 0</td><td class=\"n\">0 1</td></tr>"))
  }

  @Test("rows that have no room are counted, and no rows are said")
  func bounded() {
    let text = Table.table(["A", "B"], Self.rows(50), limitBytes: 200).text
    #expect(text.contains("<p class=\"soft\">45 more are in the JSON.</p>"))
    #expect(Table.table(["A"], []).text == "<p class=\"soft\">None.</p>")
  }

  @Test("titles of many columns may take two lines, and do not stay in sight")
  func dense() {
    let text = Table.table((0..<9).map { "T\($0)" }, Self.rows(30, 9)).text
    #expect(text.contains("<table class=\"dense\" data-sort") && text.hasPrefix("<div class=\"scroll\">"))
  }
}
