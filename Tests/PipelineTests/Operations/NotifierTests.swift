import Disk
import Foundation
import Jobs
@testable import Pipeline
import Records
import SystemPackage
import Testing

@Suite struct NotifierTests {
  private func alerts(_ fixture: OperationsFixture, _ folder: String = "Store/outbox") throws -> [Alert] {
    try fixture.files(folder).map { name in
      try CanonicalJSON.decode(Alert.self, from: try Disk().read(fixture.root.appending(folder).appending(name)))
    }
  }

  private func kinds(_ fixture: OperationsFixture) throws -> [String] { try alerts(fixture).map(\.kind.rawValue) }

  private func note(_ pass: Pass, _ fixture: OperationsFixture) throws {
    try #require(try Notifier(fixture.site)).note(pass, now: pass.ended)
  }

  @discardableResult
  private func deliver(_ fixture: OperationsFixture, at time: Timestamp) async throws -> [String] {
    try await #require(try Notifier(fixture.site)).deliver(now: time)
  }

  @Test("a site that asks for no alerts gets none")
  func off() throws { #expect(try Notifier(OperationsFixture().site) == nil) }

  @Test("the same trouble is told once in a while, another at once, and that it is over")
  func repeats() throws {
    let fixture = try OperationsFixture("notify: {repeat: 1h}\n")
    try note(pass("!a", at: minute(0), reason: "run a-1 broke at 17"), fixture)
    try note(pass("!a", at: minute(5), reason: "run a-2 broke at 18"), fixture)
    #expect(try kinds(fixture) == ["failed"])
    try note(pass("!a", at: minute(10), reason: "no room"), fixture)
    try note(pass("!b", at: minute(15)), fixture)
    #expect(try alerts(fixture).map(\.job) == ["a", "a", "b"])
    try note(pass("!a", at: minute(70), reason: "run a-3 broke at 19"), fixture)
    #expect(try alerts(fixture).last?.suppressed == 1)
    try note(pass("a", at: minute(75)), fixture)
    try note(pass("a", at: minute(80)), fixture)
    #expect(try kinds(fixture) == ["failed", "failed", "failed", "failed", "recovered"])
    try note(pass("!a", at: minute(85), reason: "run a-4 broke at 20"), fixture)
    #expect(try kinds(fixture).count == 6)
  }

  @Test("only what is asked for is told; that a job is done again is known all the same")
  func chosen() throws {
    let fixture = try OperationsFixture("notify: {on: [recovered, fault]}\n")
    try note(pass("!a", at: minute(0), fault: "the disk is full"), fixture)
    try note(pass("a", at: minute(5)), fixture)
    #expect(try kinds(fixture) == ["fault", "recovered"])
  }

  @Test("a held job is told once; released and held again, it is told again")
  func held() throws {
    let fixture = try OperationsFixture("notify: {}\n")
    _ = try fixture.site
    try fixture.write("Jobs/held/x.yaml", "")
    for time in 0..<3 { try note(pass(at: minute(time)), fixture) }
    #expect(try kinds(fixture) == ["held"])
    try Disk().remove(fixture.root.appending("Jobs/held/x.yaml"))
    try note(pass("a", at: minute(5)), fixture)
    try fixture.write("Jobs/held/x.yaml", "")
    try note(pass(at: minute(6)), fixture)
    #expect(try kinds(fixture) == ["held", "held"])
  }

  @Test("a hundred failures at once are twenty alerts and one that says how many more")
  func flood() throws {
    let fixture = try OperationsFixture("notify: {}\n")
    var many = pass(at: minute(0))
    many.ends = (0..<100).map { pass("!j\($0)", at: minute(0)).ends[0] }
    try note(many, fixture)
    let texts = try alerts(fixture).map(\.text)
    #expect(texts.count == 21)
    #expect(texts.contains { $0.hasPrefix("and 80 more") })
  }

  @Test("a hostile reason stays in its file", arguments: ["../../x\u{0}\n\"}\u{1B}[2J$(touch pwned)`id`", "’; rm -rf"])
  func hostile(reason: String) async throws {
    let fixture = try OperationsFixture("notify: {timeout: 1h, command: [sh, -c, \"cat >got\"]}\n")
    try note(pass("!a", at: minute(0), reason: reason + String(repeating: "y", count: 10_000)), fixture)
    #expect(try await deliver(fixture, at: minute(1)) == [])
    let got = try CanonicalJSON.decode(Alert.self, from: Array(try fixture.read("got").utf8))
    #expect(got.text.hasPrefix("p/a failed: " + reason))
    #expect(got.text.count == 4000)
    #expect(try fixture.files(".") == ["got", "nightshift.yaml"])
  }

  @Test("what the command refuses waits in pending, is tried again later and given up in the end")
  func refused() async throws {
    let fixture = try OperationsFixture(
      "notify: {timeout: 1h, command: [sh, -c, \"echo x >>tried; echo no; exit 3\"]}\n")
    try note(pass("!a", at: minute(0)), fixture)
    #expect(try await deliver(fixture, at: minute(1)).count == 1)
    #expect(try await deliver(fixture, at: minute(1)) == [])
    #expect(try fixture.read("tried") == "x\n")
    let waiting = try #require(try alerts(fixture, "Store/outbox/pending").first)
    #expect(waiting.delivery?.reason == "sh ended with status 3, saying “no”")
    #expect(waiting.delivery?.next == minute(2))
    var said: [String] = []
    for attempt in 2...Notifier.attemptLimit { said += try await deliver(fixture, at: minute(300 * attempt)) }
    #expect(said.count == 1 && said.first?.contains("was given up after 12 attempts") == true)
    #expect(try fixture.files("Store/outbox/pending") == [])
    #expect(try alerts(fixture, "Store/outbox/undelivered").first?.delivery?.attempts == 12)
    #expect(try Notifier(fixture.site)?.backlog().undelivered == 1)
  }

  @Test("an alert that a dead runner wrote and did not deliver is delivered by the next")
  func takenOver() async throws {
    let fixture = try OperationsFixture("notify: {timeout: 1h, command: [sh, -c, \"cat >>got\"]}\n")
    try note(pass("!a", "!b", at: minute(0)), fixture)
    #expect(try fixture.files("Store/outbox/pending").count == 2)
    // Killed here. What is half-written by a dead one is not taken for an alert.
    try fixture.write("Store/outbox/pending/.tmp-0123456789abcdef", "{")
    try fixture.write("Store/outbox/pending/20130401T000000-failed-00000000.json", "{")
    try await deliver(fixture, at: minute(1))
    #expect(try fixture.read("got").contains("p/b failed"))
    #expect(try fixture.files("Store/outbox").count == 2)
    #expect(try fixture.files("Store/outbox/undelivered").count == 1)
  }

  @Test("a command that hangs with its children or floods is ended, and the alert waits")
  func unruly() async throws {
    let hanging = try OperationsFixture("notify: {timeout: 0.3s, command: [sh, -c, \"sleep 600 & sleep 600\"]}\n")
    try note(pass("!a", at: minute(0)), hanging)
    #expect(try await deliver(hanging, at: minute(1)).first?.contains("did not end within 0.3 s") == true)
    let flooding = try OperationsFixture("notify: {timeout: 1h, command: [yes]}\n")
    try note(pass("!a", at: minute(0)), flooding)
    #expect(try await deliver(flooding, at: minute(1)).first?.contains("was ended by signal 25, saying “y”") == true)
    #expect(try Disk().list(flooding.root.appending("Store/tmp")).isEmpty)
    let missing = try OperationsFixture("notify: {timeout: 1h, command: /nowhere/tell}\n")
    try note(pass("!a", at: minute(0)), missing)
    #expect(try await deliver(missing, at: minute(1)).first?.contains("status 127") == true)
  }

  @Test("each attempt waits twice as long, up to three hours", arguments: [(1, 60), (2, 120), (5, 960), (60, 10_800)])
  func backoff(attempts: Int, seconds: Int) { #expect(Notifier.backoff(attempts) == seconds) }
}
