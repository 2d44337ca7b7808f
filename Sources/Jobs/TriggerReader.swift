internal import Disk
internal import Spool

/// Reads `on:` of a recurring spec, collecting what is wrong.
struct TriggerReader {
  static let fields: [Vocabulary.Field] = [
    Vocabulary.Field(
      "schedule", .oneOrMore(.text), "Cron syntax (`0 2 * * *`) or a calendar expression of systemd (`Mon..Fri 02:00`)."
    ),
    Vocabulary.Field("timezone", .text, "Where its times are read on the clock, as `Europe/Berlin`. Default: UTC."),
    Vocabulary.Field(
      "catch-up", .word(Timetable.CatchUp.allCases.map(\.rawValue)),
      "Times that passed while nothing ran: one run for the `latest`, `every` one, or `skip`. Default: latest."),
    Vocabulary.Field("random-delay", .duration, "Each run comes up to this much later, always the same for a time."),
    Vocabulary.Field("dataset", .oneOrMore(.text), "A new version of this dataset: NAME or PROJECT/NAME."),
    Vocabulary.Field("drift", .oneOrMore(.text), "The monitor of this model saw drift: NAME or PROJECT/NAME."),
  ]

  /// The job's own project.
  let project: String

  /// The triggers in `form`, which holds the mistakes afterwards.
  func triggers(_ form: Form) -> Triggers {
    form.check(Self.fields)
    var triggers = Triggers()
    let zone = zone(form)
    let schedules = form.read("schedule") { text throws(ScheduleError) in
      try Schedule(text, zone: zone) { name throws(ScheduleError) in try Zone(named: name, Disk()) }
    }
    let catchUp = form.word("catch-up", Timetable.CatchUp.self)
    let delay = form.duration("random-delay")
    if !schedules.isEmpty {
      triggers.timetable = Timetable(
        schedules: schedules, catchUp: catchUp ?? .latest, randomDelaySeconds: Int(min(delay ?? 0, 366 * 86_400)))
    }
    triggers.datasets = subjects("dataset", form)
    triggers.drift = subjects("drift", form)
    if form.node["schedule"] == nil,
      let key = ["timezone", "catch-up", "random-delay"].first(where: { form.node[$0] != nil })
    {
      form.complain(form.node.place, "`on.\(key)` says how a `schedule` is read, and there is none")
    }
    if triggers.isEmpty, form.mistakes.isEmpty {
      form.complain(form.node.place, "`on:` must say what queues the job: `schedule`, `dataset` or `drift`")
    }
    return triggers
  }

  private func zone(_ form: Form) -> Zone {
    let zones = form.read("timezone") { name throws(ScheduleError) in try Zone(named: name, Disk()) }
    return zones.first ?? .utc
  }

  private func subjects(_ key: String, _ form: Form) -> [Triggers.Subject] {
    form.parsed(key, form: "a name: write NAME or PROJECT/NAME") { text in
      let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
      guard parts.count <= 2, parts.allSatisfy(isName) else { return nil }
      return Triggers.Subject(project: parts.count == 2 ? parts[0] : project, name: parts[parts.count - 1])
    }
  }
}

extension Form {
  /// A list of texts, each read by `parse`, whose error is the mistake.
  func read<Value>(_ key: String, _ parse: (String) throws(ScheduleError) -> Value) -> [Value] {
    guard let value = node[key], !value.isNull else { return [] }
    return (value.items ?? [value]).compactMap { item in
      guard let text = item.text, !text.isEmpty else {
        complain(item.place, "`\(key)` must be a text, not \(item.article)")
        return nil
      }
      do { return try parse(text) } catch {
        complain(item.place, "\(error)")
        return nil
      }
    }
  }
}
