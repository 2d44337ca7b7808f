@testable import Jobs
import Testing

@Suite struct NotifyRulesTests {
  private func settings(_ text: String) throws -> SiteSettings { try SiteSettings(Array(text.utf8), file: "n.yaml") }

  @Test("alerts are asked for by a key, with or without rules")
  func reads() throws {
    #expect(try settings("name: x\n").notify == nil)
    #expect(try settings("notify: {}\n").notify == NotifyRules())
    let rules = try settings(
      "notify: {outbox: alerts, command: [mail, -s, night], on: [failed, held], repeat: 2d, timeout: 5s}\nexpect: 24h\n"
    )
    #expect(rules.notify?.kinds == [.failed, .held])
    #expect(rules.notify?.command == ["mail", "-s", "night"])
    #expect(rules.notify?.repeatSeconds == 172_800)
    #expect(rules.expectSeconds == 86_400)
  }

  @Test(
    "each mistake is told with its place",
    arguments: [
      ("notify: {cmd: x}\n", "1:10: `notify` has no key `cmd`: it takes outbox, command, on, repeat, timeout"),
      (
        "notify: {on: [failed, lost]}\n",
        "1:23: “lost” is not a reason to tell somebody: it is one of failed, rejected, drift, held, recovered, fault"
      ),
      ("expect: daily\n", "1:9: “daily” is not a duration: write `90s`, `15m`, `1.5h` or `30d`"),
    ])
  func mistakes(text: String, line: String) {
    #expect(throws: (any Error).self) { try settings(text) }
    do { _ = try settings(text) } catch { #expect((error as? SpecError)?.lines == ["n.yaml:" + line]) }
  }
}
