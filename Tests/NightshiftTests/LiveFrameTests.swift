@testable import Pipeline
import Jobs
import Records
import Store
import Testing

@testable import nightshift

@Suite struct LiveFrameTests {
  private func record(_ id: String, _ outcome: StepRecord.Outcome = .ran) -> StepRecord {
    StepRecord(id: id, kind: "run", outcome: outcome)
  }

  private func ended(_ run: String, _ outcome: RunRecord.Outcome) -> Runner.Event {
    let time = Timestamp(seconds: 0)
    return .ended(
      RunRecord(
        id: run, job: "j", project: "p", outcome: outcome, logicalTime: time, started: time, finished: time,
        wallSeconds: 1, attemptCount: 1, specName: "j.yaml", origin: "/", spec: Digest(of: []), params: [:], host: "h",
        toolVersion: "1", steps: []))
  }

  private func frame(_ events: [(Double, Runner.Event)]) -> LiveFrame {
    var frame = LiveFrame(now: 0)
    for (now, event) in events { frame.hear(event, now: now) }
    return frame
  }

  private func started(_ run: String, _ steps: [(String, Double?)]) -> Runner.Event {
    .started(
      run: run, steps: steps.map { Runner.StepOutline(id: $0.0, kind: "run", expectedSeconds: $0.1) })
  }

  @Test("an idle runner says how long, and that nothing is at work")
  func idle() {
    #expect(frame([]).lines(now: 65, width: 80, height: 24) == ["1:05 · 0 at work · 0 waiting"])
  }

  @Test("a step shows its time, what it took last time, and a bar; the job the time left")
  func progress() {
    let frame = frame([
      (0, .waiting(0)), (0, started("j-1", [("model", 20), ("own", nil)])),
      (0, .stepStarted(run: "j-1", step: "model", kind: "train")),
      (4, .stepStarted(run: "j-1", step: "own", kind: "run")),
    ])
    #expect(
      frame.lines(now: 8, width: 80, height: 24) == [
        "0:08 · 1 at work · 0 waiting · about 12 s left", "  j-1  model (train)  0:08 of about 0:20  ████░░░░░░",
        "  j-1  own (run)  0:04",
      ])
    #expect(frame.lines(now: 50, width: 80, height: 24)[1].hasSuffix("██████████"))
    #expect(frame.lines(now: 50, width: 80, height: 24)[0].hasSuffix("about 1 s left"))
  }

  @Test("what ended is counted, with the rate; what waits counts as much as what ended took")
  func counts() {
    let frame = frame([
      (0, .waiting(6)), (0, started("a", [])), (0, started("b", [])), (4, ended("a", .done)), (4, ended("b", .failed)),
      (4, .rejected(SpecError(file: "x.yaml", mistakes: []))), (4, started("c", [("s", nil)])),
      (5, .deferred(run: "c", until: Timestamp(seconds: 9), reason: "")), (5, .waiting(4)),
    ])
    #expect(
      frame.lines(now: 10, width: 200, height: 24) == [
        "0:10 · 0 at work · 4 waiting · 1 done · 1 failed · 1 rejected · 1 deferred · 12 jobs a minute · about 16 s left"
      ])
  }

  @Test("what ended, came again or was deferred is at work no more")
  func leaves() {
    let begin: [(Double, Runner.Event)] = [
      (0, started("j", [("s", nil)])), (0, .stepStarted(run: "j", step: "s", kind: "run")),
    ]
    let ends: [Runner.Event] = [
      .stepEnded(run: "j", record("s")), .stepComesAgain(run: "j", record("s", .failed), seconds: 1),
      .deferred(run: "j", until: Timestamp(seconds: 1), reason: ""), ended("j", .cancelled),
    ]
    for end in ends { #expect(frame(begin + [(1, end)]).lines(now: 2, width: 80, height: 24).count == 1) }
  }

  @Test("no line is wider, and there are no more lines, than there is room", arguments: [1, 2, 10, 24, 39, 80])
  func room(width: Int) {
    var events: [(Double, Runner.Event)] = []
    for job in 0..<7 {
      events.append((0, started("some-long-name-of-a-job-\(job)", (0..<9).map { ("step-\($0)", 30) })))
      for step in 0..<9 {
        events.append((1, .stepStarted(run: "some-long-name-of-a-job-\(job)", step: "step-\(step)", kind: "run")))
      }
    }
    let frame = frame(events)
    for height in [1, 2, 3, 12, 63, 64, 200] {
      let lines = frame.lines(now: 9, width: width, height: height)
      #expect(lines.count <= max(2, height))
      #expect(lines.allSatisfy { $0.columnCount <= width })
      if height < 64, width == 80 { #expect(lines.last == "  and \(64 - max(1, height - 1)) more") }
    }
    #expect(frame.lines(now: 9, width: width, height: 64).count == 64)
  }

  @Test("a deferred job that is taken up again is deferred no more")
  func takenUp() {
    let start = started("j", [("s", nil)])
    let wait = Runner.Event.deferred(run: "j", until: Timestamp(seconds: 1), reason: "")
    #expect(frame([(0, start), (0, wait), (1, wait)]).lines(now: 2, width: 80, height: 9)[0].hasSuffix("1 deferred"))
    #expect(frame([(0, start), (0, wait), (1, start)]).lines(now: 2, width: 80, height: 9)[0].hasSuffix("0 waiting"))
  }

  @Test("the head gives up what does not fit whole")
  func head() {
    #expect(frame([]).lines(now: 65, width: 20, height: 24) == ["1:05 · 0 at work"])
  }

  @Test("the last line sums up")
  func closing() {
    var summary = Runner.Summary()
    #expect(frame([]).closing(summary, now: 1) == "0:01 · nothing to do")
    (summary.done, summary.cancelled, summary.deferred) = (12, 1, 2)
    #expect(frame([]).closing(summary, now: 75) == "1:15 · 12 done · 1 cancelled · 2 deferred")
  }

  @Test("a line that does not fit gives up its bar first")
  func narrow() {
    let frame = frame([
      (0, started("flights-delay", [("model", 20)])),
      (0, .stepStarted(run: "flights-delay", step: "model", kind: "train")),
    ])
    #expect(frame.lines(now: 5, width: 40, height: 9)[1] == "  flights-delay  model (train)  0:05")
  }
}
