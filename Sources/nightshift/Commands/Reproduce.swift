internal import ArgumentParser
internal import Pipeline
internal import Records
internal import Store

struct Reproduce: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reproduce",
    abstract: "Do a past run again and compare what comes out, digest by digest.",
    discussion: """
      Each step gets the very inputs and files that its record names, with the spec, the parameters and the moment of \
      then; nothing is reused, published, promoted, queued or told. What was found is kept beside the run's record and \
      shown with the run. Exit status 10 unless everything came out the same, or with numbers within the tolerance.

      EXAMPLE:
        nightshift reproduce flights-delay-20130401T020000-7f3a
      """)

  @Argument(help: ArgumentHelp("The run's name.", valueName: "run"), completion: SiteNames.runs)
  var name: String

  @Option(help: "Largest difference of two numbers that are equal, times the larger of 1 and their size.")
  var tolerance = 1e-9

  @OptionGroup var siteOptions: SiteOptions
  @OptionGroup var output: JSONOption

  func validate() throws {
    guard tolerance >= 0, tolerance < 1 else { throw ValidationError("--tolerance must be from 0 to 1") }
  }

  func run() async throws {
    let site = try siteOptions.open()
    let run = try RunArchive(site.store).run(meantBy: name)
    var options = Reproduction.Options(at: Runner.now())
    options.tolerance = tolerance
    let reproduction = Reproduction(
      site: site, tool: try toolPath(), toolVersion: Nightshift.version, options: options)
    let document = try await Interruptible.run { try await reproduction.execute(run) }
    try ReportWriter(site).write(now: Runner.now())
    if output.json {
      try Terminal.writeJSON(document)
    } else {
      Terminal.write(ReproductionText.text(document))
    }
    guard [.identical, .close].contains(document.label) else { throw ExitCode(ExitStatus.jobFailed.rawValue) }
  }
}

/// A reproduction for people.
enum ReproductionText {
  static func text(_ document: ReproductionDocument) -> String {
    var table = TextTable(["STEP", "KIND", "FOUND", ""])
    for step in document.steps {
      table.add([
        step.id, step.kind, step.label.map { word($0, document) } ?? "–",
        (step.reason ?? step.outputs.first.map { $0.recorded.short } ?? "").printable,
      ])
    }
    let reason = document.reason.map { ": \($0.printable)" } ?? ""
    return "\(document.run): \(word(document.label, document))\(reason)\n\(table.text)"
  }

  /// The label with its tolerance.
  static func word(_ label: ReproductionDocument.Label, _ document: ReproductionDocument) -> String {
    label == .close ? "\(label.rawValue) \(document.tolerance)" : label.rawValue
  }
}

/// Work that TERM and interrupts end in order: what it started ends with it.
enum Interruptible {
  static func run<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) async throws -> Value {
    let task = Task { try await body() }
    let signals = StopSignals { task.cancel() }
    defer { withExtendedLifetime(signals) {} }
    do { return try await task.value } catch is CancellationError {
      throw Refusal(status: .busy, description: "stopped: what was compared so far is not kept")
    }
  }
}
