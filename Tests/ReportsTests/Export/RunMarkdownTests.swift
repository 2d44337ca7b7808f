import Foundation
import Records
@testable import Reports
import Testing

@Suite struct RunMarkdownTests {
  @Test("a summary is as it was looked at")
  func golden() throws { try Golden.check(RunMarkdown(RunFixture.facts()).text, "export/run.md") }

  @Test("hostile texts stay on their line and never become markup", arguments: RunFixture.payloads)
  func hostile(payload: String) {
    let text = RunMarkdown(RunFixture.facts(payload)).text
    let plain = RunMarkdown(RunFixture.facts()).text
    let logs = { (text: String) in
      // What stands between the fences is the log as it was.
      let parts = text.components(separatedBy: "### Last lines of own\n\n")
      return parts[0] + (parts[1].range(of: "### Steps").map { String(parts[1][$0.lowerBound...]) } ?? "")
    }
    let (found, expected) = (Self.structure(logs(text)), Self.structure(logs(plain)))
    #expect(found == expected)
    #expect(!logs(text).contains("<script") && !logs(text).contains("://"))
  }

  /// The kind of each line and the cells that it has: what is written in them left out.
  private static func structure(_ text: String) -> [String] {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      guard line.hasPrefix("|") else { return String(line.prefix(3).prefix { "#*<|".contains($0) }) }
      var cells = 0
      var isEscaped = false
      for character in line {
        if character == "|", !isEscaped { cells += 1 }
        isEscaped = character == "\\" && !isEscaped
      }
      return "row of \(cells - 1)"
    }
  }

  @Test("a log of fences stands in a longer fence, without control characters")
  func fence() {
    var facts = RunFixture.facts()
    facts.logTails["own"] = "```\n````\u{1B}[0m\n# no title"
    #expect(RunMarkdown(facts).text.contains("`````text\n```\n````\u{FFFD}[0m\n# no title\n`````\n"))
  }

  @Test("a run of very many steps, rules and metrics has a summary that a CI system takes")
  func bounded() throws {
    var facts = RunFixture.facts(String(repeating: "x", count: 100_000))
    let step = facts.run.steps[3]
    var verdict = try #require(facts.verdicts["verdict"])
    verdict.findings = Array(repeating: verdict.findings[0], count: 500)
    for number in 0..<2000 {
      var copy = step
      copy.id = "verdict-\(number)"
      facts.run.steps.append(copy)
      facts.verdicts[copy.id] = verdict
    }
    let text = RunMarkdown(facts).text
    #expect(text.utf8.count < 1 << 20)
    #expect(
      text.contains("1993 more of this kind are in the report.") && text.contains("1,909 more are in the report."))
  }

  @Test("a run that was done says so first, one that was stopped says who did")
  func leads() {
    var facts = RunFixture.facts()
    facts.run.outcome = .done
    #expect(
      RunMarkdown(facts).text.hasPrefix("## ✅ job-20130401T020000-0002\n\n**Done** in 20 min: 9 steps, 1 reused."))
    facts.run.outcome = .cancelled
    facts.run.reason = "ann stopped it."
    #expect(RunMarkdown(facts).text.contains("**Cancelled:** ann stopped it.\n"))
  }
}
