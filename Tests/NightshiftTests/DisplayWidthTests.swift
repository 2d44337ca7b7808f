import Testing

@testable import nightshift

@Suite struct DisplayWidthTests {
  @Test(
    "text takes the columns that a terminal gives it",
    arguments: [
      ("", 0), ("abc", 3), ("é", 1), ("e\u{301}", 1), ("日本", 4), ("한", 2), ("ｆ", 2), ("a\u{200B}b", 2), ("🙂", 2),
      ("👩‍👩‍👧", 2), ("█░", 2), ("·…✓", 3), ("\u{FEFF}", 0),
    ])
  func counts(text: String, columns: Int) { #expect(text.columnCount == columns) }

  @Test(
    "text is cut before the character that does not fit",
    arguments: [("abc", 2, "ab"), ("日本語", 5, "日本"), ("e\u{301}e\u{301}", 1, "e\u{301}"), ("日", 1, ""), ("ab", 9, "ab")])
  func cuts(text: String, columns: Int, cut: String) { #expect(text.fitting(columns: columns) == cut) }

  @Test("columns of a table stand below one another, whatever is in them")
  func table() {
    var table = TextTable(["NAME", "N"], rightAligned: [1])
    table.add(["日本", "7"])
    table.add(["e\u{301}", "12"])
    #expect(table.text == "NAME   N\n日本   7\ne\u{301}     12")
  }
}
