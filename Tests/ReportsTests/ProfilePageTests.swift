import Foundation
import Records
@testable import Reports
import Testing

@Suite struct ProfilePageTests {
  private static let hostile = "<script>alert(1)</script>\"'&"

  /// A profile of so many columns with names and values of such a length.
  private func document(columns: Int, letters: Int) -> ProfileDocument {
    let text = String(repeating: Self.hostile, count: max(1, letters / Self.hostile.count))
    let all = (0..<columns).map { index -> ProfileDocument.Column in
      var column = ProfileDocument.Column(
        name: "\(index)\(text)", type: index % 2 == 0 ? "string" : "float", count: 90, missingCount: 10,
        distinct: .init(90, standardError: index % 3 == 0 ? 0.01 : nil), minimum: text, maximum: text,
        topValues: (0..<12).map { .init(text: "\($0)\(text)", count: 5, countError: 0) })
      if index % 2 == 1 {
        column.numbers = .init(
          mean: 1e300, standardDeviation: 1e-300, skewness: 0, zeroCount: 1, negativeCount: 2, infiniteCount: 3,
          quantiles: [0.01, 0.5, 0.99].map { .init(share: $0, value: $0 * 1e18) }, rankError: 0.003)
        column.histogram = .init(
          edges: (0...30).map { Double($0) * 1e17 }, counts: .init(repeating: 3, count: 30), error: 0)
      }
      return column
    }
    let names = all.map(\.name)
    let matrix = ProfileDocument.Correlations.Matrix(
      rows: names, columns: names, values: names.map { _ in names.map { _ in 0.5 } }, rowCount: 100)
    var document = ProfileDocument(
      target: text, rowCount: 100, repeatedRows: .init(3), sampleRowCount: 50, columns: all, constantColumns: names,
      equalColumns: [names], keys: names.map { .init(columns: [$0, $0], checkedShare: 0.5) },
      correlations: .init(
        pearson: matrix, spearman: nil, cramersV: nil, correlationRatio: nil,
        strongest: names.prefix(100).map { .init(measure: "pearson", first: $0, second: $0, value: 1, rowCount: 9) }),
      leaks: [])
    document.alerts = names.prefix(200).map { .init(kind: "missing", column: $0, text: $0) }
    return document
  }

  @Test(
    "a page is at most a megabyte, and says what it left out", arguments: [(500, 10_000), (2000, 30), (20, 1 << 20)])
  func bounded(columns: Int, letters: Int) {
    let page = ProfilePage(document(columns: columns, letters: letters), title: Self.hostile)
    let bytes = page.lonePage(path: "p.html", now: Timestamp(seconds: 0))
    #expect(bytes.count <= 1 << 20)
    let text = String(decoding: bytes, as: UTF8.self)
    #expect(text.components(separatedBy: "<script").count == 2)
    #expect(columns < 100 || text.contains("more columns are described in the JSON"))
    #expect(text.hasSuffix("</html>\n"))
  }

  @Test("alerts and names of letters that need much room leave a page below a megabyte", arguments: ["\"", "e\u{301}"])
  func longest(letter: String) {
    var document = document(columns: 600, letters: 1)
    let text = String(repeating: letter, count: 5000)
    for index in document.columns.indices {
      document.columns[index].name = text
      document.columns[index].topValues = [.init(text: text, count: 5, countError: 0)]
    }
    document.alerts = .init(repeating: .init(kind: "missing", column: nil, text: text), count: 200)
    let page = ProfilePage(document, title: text)
    let bytes = page.lonePage(path: "p.html", now: Timestamp(seconds: 0))
    #expect(bytes.count < 800_000)
    #expect(String(decoding: bytes, as: UTF8.self).contains("more, in the JSON</li>"))
  }

  @Test("every picture has its numbers behind it")
  func numbers() {
    let page = ProfilePage(document(columns: 4, letters: 10), title: "d@v1")
    let text = String(decoding: page.lonePage(path: "p.html", now: Timestamp(seconds: 0)), as: UTF8.self)
    #expect(
      text.components(separatedBy: "<figure class=\"chart\">").count
        == text.components(separatedBy: "</table></div></details></figure>").count)
    #expect(text.contains("estimated: each share to within 0.30 %"))
  }
}
