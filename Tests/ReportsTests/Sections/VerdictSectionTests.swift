import Records
@testable import Reports
import Store
import Testing

@Suite struct VerdictSectionTests {
  private func verdict(_ decision: VerdictDocument.Decision) -> VerdictDocument {
    VerdictDocument(
      decision: decision, challenger: Digest(of: [1]),
      challengerVersion: VersionLabel(project: "p", name: "delays", number: 7), champion: nil, championVersion: nil,
      data: Digest(of: [2]), dataVersion: nil, rowCount: 65_887, challengerMetrics: ["auc": 0.7], championMetrics: [:],
      findings: [
        .init(
          rule: "contract.errors == 0", holds: true, observed: 0, required: 0,
          explanation: "errors of a is 0.0000, as required == 0.0000"),
        .init(
          rule: "auc >= champion.auc - 0.01", holds: false, observed: 0.7, required: 0.75,
          explanation: "at least -0.0100 over 65887 rows"),
      ])
  }

  @Test(
    "the challenger has a name in each decision",
    arguments: [
      (.promote, "Passed:</span> p/delays@v7."), (.hold, "On hold:</span> p/delays@v7."),
      (.reject, "Refused:</span> p/delays@v7."),
    ] as [(VerdictDocument.Decision, String)])
  func named(decision: VerdictDocument.Decision, words: String) {
    let label = VersionLabel(project: "p", name: "delays", number: 7).text
    let text = VerdictSection.html(verdict(decision), nil).text
    #expect(text.contains(words.replacing("p/delays@v7", with: label)))
  }

  @Test("counts are counts, metrics have four digits, minus signs are true")
  func numbers() {
    let text = VerdictSection.html(verdict(.reject), nil).text
    #expect(text.contains("<td class=\"n\">0</td><td class=\"n\">0</td><td>errors of a is 0, as required == 0</td>"))
    #expect(text.contains("<td class=\"n\">0.7000</td><td class=\"n\">0.7500</td>"))
    #expect(text.contains("at least −0.0100 over 65,887 rows"))
  }
}

@Suite struct ProseTests {
  @Test(
    "only minus signs and large counts of sentences change",
    arguments: [
      ("0 of 29327 predictions", "0 of 29,327 predictions"), ("(-0.5)", "(−0.5)"), ("-3 to -1", "−3 to −1"),
      ("2013-04-01 and v-2", "2013-04-01 and v-2"), ("run-20130401T020000-7f3a", "run-20130401T020000-7f3a"),
      ("rate 0.123456", "rate 0.123456"), ("123456.5 s", "123456.5 s"), ("12345.", "12,345."), ("in 2013", "in 2013"),
      ("key 00012345", "key 00012345"), ("1234567890123456", "1234567890123456"), ("a - 0.01", "a - 0.01"), ("", ""),
      ("p@v12345", "p@v12345"), ("12345", "12,345"),
    ])
  func prose(sentence: String, text: String) { #expect(Format.prose(sentence) == text) }
}
