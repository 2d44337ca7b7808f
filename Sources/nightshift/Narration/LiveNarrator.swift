@preconcurrency internal import Dispatch
internal import Glibc
internal import Pipeline
internal import Synchronization

/// On a terminal: what is at work stands below and is drawn again and again; what is over scrolls by above it, and stays
/// as a log when the runner ends.
final class LiveNarrator: Narrator {
  private struct Screen {
    var frame: LiveFrame
    /// Lines that stand there now.
    var drawn = 0
    var hasEnded = false
  }

  private static let redrawSeconds = 0.25

  private let screen: Mutex<Screen>
  private let timer: any DispatchSourceTimer

  init() {
    screen = Mutex(Screen(frame: LiveFrame(now: Self.now())))
    timer = DispatchSource.makeTimerSource(queue: DispatchQueue(label: "screen", qos: .utility))
    timer.schedule(deadline: .now() + Self.redrawSeconds, repeating: Self.redrawSeconds)
    timer.setEventHandler { [weak self] in self?.redraw() }
    timer.activate()
  }

  deinit { timer.cancel() }

  func hear(_ event: Runner.Event) {
    screen.withLock { screen in
      screen.frame.hear(event, now: Self.now())
      guard let line = Self.permanent(event) else { return }
      Self.erase(&screen)
      Terminal.write(line)
      Self.draw(&screen)
    }
  }

  func end(_ summary: Runner.Summary?) {
    timer.cancel()
    screen.withLock { screen in
      Self.erase(&screen)
      screen.hasEnded = true
      if let summary { Terminal.write(screen.frame.closing(summary, now: Self.now())) }
    }
  }

  /// What stays: not what merely begins, which the lower lines show.
  private static func permanent(_ event: Runner.Event) -> String? {
    switch event {
    case .started, .stepStarted, .waiting: nil
    default: LineNarrator.line(event)
    }
  }

  private func redraw() {
    screen.withLock { screen in
      guard !screen.hasEnded else { return }
      Self.erase(&screen)
      Self.draw(&screen)
    }
  }

  private static func erase(_ screen: inout Screen) {
    guard screen.drawn > 0 else { return }
    Terminal.write(Array("\u{1B}[\(screen.drawn)A\u{1B}[J".utf8))
    screen.drawn = 0
  }

  private static func draw(_ screen: inout Screen) {
    let (width, height) = Terminal.size
    // The last column is left free: some terminals break the line there.
    let lines = screen.frame.lines(now: now(), width: width - 1, height: max(2, height / 2))
    Terminal.write(lines.joined(separator: "\n"))
    screen.drawn = lines.count
  }

  private static func now() -> Double {
    var now = timespec()
    clock_gettime(CLOCK_MONOTONIC, &now)
    return Double(now.tv_sec) + Double(now.tv_nsec) / 1e9
  }
}
