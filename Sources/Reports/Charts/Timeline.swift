internal import Records

/// The steps of a run on one axis of time: when each began, how long it took, how it ended.
struct Timeline {
  enum Outcome: Hashable {
    case ran, failed, reused, skipped, unreached
  }

  struct Step {
    var label: String
    var outcome: Outcome
    /// Seconds after the run began; nil where nobody wrote it down.
    var offset: Double?
    var seconds: Double
    /// Beside its time: `240 MiB`.
    var note: String
  }

  let title: String
  let steps: [Step]
  private let starts: [Double]
  private let leftOut: Int

  private static let row = 24.0
  private static let most = 100
  private static let longestNote = 188.0

  /// - Parameter steps: in their order; those without an offset begin where the one before ended.
  init(_ title: String, _ steps: [Step]) {
    self.title = title
    self.steps = steps.prefix(Self.most).map { step in
      var step = step
      step.seconds = max(0, step.seconds.drawable ?? 0)
      step.offset = step.offset?.drawable.map { max(0, $0) }
      return step
    }
    leftOut = steps.count - self.steps.count
    var ended = 0.0
    starts = self.steps.map { step in
      // Both clocks are of whole seconds: an offset that fits the end of the step before says no more than that.
      let start = step.offset.map { abs(ended - $0) < 1 ? ended : $0 } ?? ended
      if step.outcome == .ran || step.outcome == .failed { ended = max(ended, start + step.seconds) }
      return start
    }
  }

  /// Empty where there is no step.
  var html: HTML {
    guard !steps.isEmpty else { return "" }
    let ends = zip(starts, steps).map { $0 + $1.seconds }
    let unit = Unit(longest: ends.max() ?? 0)
    let scale = Scale.bars([max(ends.max() ?? 0, 1e-3) / unit.seconds], tickCount: 4)
    let bottom = Double(steps.count) * Self.row
    let labels = steps.map { SVG.fitted($0.label, into: 130) }
    let plot = Plot(
      height: bottom + 24, left: Room.fitting(labels, atMost: .longNames), right: Room.fitting(steps.map(said)))
    let ticks = scale.ticks.map {
      Places.Tick(
        position: scale.share($0), label: "\(scale.text($0)) \(unit.name)", isForWide: $0 != 0 && $0 != scale.high)
    }
    let rows = steps.indices.map { row($0, labels[$0], scale, unit) }
    return figure.html(plot.html(figure.label, [back(ticks, bottom)] + rows + [Plot.below(ticks, y: bottom + 17)]))
  }

  private struct Unit {
    let name: String
    let seconds: Double

    init(longest: Double) {
      switch longest {
      case ..<2: (name, seconds) = ("ms", 0.001)
      case ..<180: (name, seconds) = ("s", 1)
      case ..<10_800: (name, seconds) = ("min", 60)
      default: (name, seconds) = ("h", 3600)
      }
    }
  }

  private func back(_ ticks: [Places.Tick], _ bottom: Double) -> HTML {
    let lines = ticks.map { tick -> HTML in
      let x = SVG.share(tick.position)
      return "<line x1=\"\(x)\" x2=\"\(x)\" y2=\"\(SVG.at(bottom))\"/>"
    }
    return "<g class=\"grid\">\(lines)</g>"
  }

  private func row(_ index: Int, _ label: String, _ scale: Scale, _ unit: Unit) -> HTML {
    let (step, top) = (steps[index], Double(index) * Self.row)
    let start = scale.share(starts[index] / unit.seconds)
    let end = scale.share((starts[index] + step.seconds) / unit.seconds)
    let title: HTML = label == step.label ? "" : "<title>\(ProfileText.clipped(step.label, 200))</title>"
    return """
      <text class="end" dx="-8" y="\(SVG.at(top + 16))">\(label)\(title)</text>\(mark(step, start, end, top))\
      <text x="100%" dx="10" y="\(SVG.at(top + 16))"\(step.outcome == .failed ? HTML(raw: " class=\"fail\"") : HTML.empty)>\(SVG.fitted(said(step), into: Self.longestNote))</text>
      """
  }

  private func mark(_ step: Step, _ start: Double, _ end: Double, _ top: Double) -> HTML {
    switch step.outcome {
    case .ran, .failed:
      """
      <rect class="span\(step.outcome == .failed ? HTML(raw: " failed") : HTML.empty)" x="\(SVG.share(start))" \
      y="\(SVG.at(top + 6))" width="\(SVG.share(end - start))" height="12"/>
      """
    case .reused: "<circle class=\"hollow\" cx=\"\(SVG.share(start))\" cy=\"\(SVG.at(top + 12))\" r=\"4\"/>"
    case .skipped, .unreached: ""
    }
  }

  /// `12.3 s · 240 MiB`, or how it ended.
  private func said(_ step: Step) -> String {
    let time = Format.seconds(step.seconds) + (step.note.isEmpty ? "" : " · " + step.note)
    return switch step.outcome {
    case .ran: time
    case .failed: "✗ failed, \(Format.seconds(step.seconds))"
    case .reused: "reused"
    case .skipped: "skipped"
    case .unreached: "not reached"
    }
  }

  private var figure: Figure {
    Figure(
      title: title, finding: finding, note: note, header: ["Step", "Began", "Time"],
      rows: steps.indices.map { index in
        let hasRun = steps[index].outcome == .ran || steps[index].outcome == .failed
        return [
          ProfileText.clipped(steps[index].label, 200), hasRun ? Format.seconds(starts[index]) : "–",
          said(steps[index]),
        ]
      }, remark: leftOut > 0 ? "\(Format.grouped(leftOut)) more steps have no room here." : "")
  }

  private var note: String {
    steps.contains { $0.offset != nil } ? "When a step began is known to the second." : ""
  }

  private var finding: String {
    let counts = [
      (Outcome.ran, "ran"), (.reused, "reused"), (.failed, "failed"), (.skipped, "skipped"),
      (.unreached, "not reached"),
    ]
    let words = counts.compactMap { outcome, word -> String? in
      let count = steps.count { $0.outcome == outcome }
      return count > 0 ? "\(count) \(word)" : nil
    }
    let longest = steps.max { $0.seconds < $1.seconds }.map { "; longest: \($0.label), \(Format.seconds($0.seconds))" }
    return "\(steps.count) steps: \(words.joined(separator: ", "))\(longest ?? "")."
  }
}

extension Timeline.Outcome {
  init(_ outcome: StepRecord.Outcome) {
    self =
      switch outcome {
      case .ran: .ran
      case .failed: .failed
      case .reused: .reused
      case .skipped: .skipped
      case .unreached: .unreached
      }
  }
}
