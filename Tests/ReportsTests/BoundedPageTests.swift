import Records
import Testing

@testable import Reports

/// No contract and no data makes a page that no browser can show.
@Suite struct BoundedPageTests {
  /// A text that is one character to Swift.
  private static let combined = "e" + String(repeating: "\u{301}", count: 50_000)
  private static let long = String(repeating: "<", count: 50_000)

  @Test("a contract's result has its bounds", arguments: [combined, long])
  func contract(text: String) {
    let count = 3000
    let findings = (0..<count).map { index in
      ContractDocument.Finding(
        rule: "\(index) \(text)", statement: text, severity: .error, outcome: index % 2 == 0 ? .failed : .passed,
        explanation: text, observed: nil, failingCount: nil, judgedCount: nil,
        places: [ContractDocument.Place(file: text, row: 1)])
    }
    let document = ContractDocument(
      contract: text, data: nil, dataVersion: nil, reference: nil, rowCount: 1, findings: findings,
      sampleColumns: Array(repeating: text, count: 40),
      samples: (0..<100).map { index in
        ContractDocument.Sample(
          rule: "\(2 * index) \(text)", place: ContractDocument.Place(file: text, row: 1),
          cells: Array(repeating: text, count: 40))
      })
    let html = ContractSection.html(document).text
    #expect(html.utf8.count < 600 << 10)
    #expect(html.contains("more are in the JSON"))
    #expect(html.contains("Rows that break"))
  }
}
