internal import ArgumentParser
internal import Disk
internal import Pipeline
internal import Records
internal import Store
internal import SystemPackage

struct Report: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Write the report pages anew, those of a past morning, or a report to send.",
    discussion: """
      `run` writes what changed after each night; without options this verb makes all pages anew from the records, and \
      prints where they are.

      EXAMPLE:
        nightshift report
        nightshift report --as-of 2013-07-01T02:00:00Z --to /tmp/that-morning
        nightshift report --single flights-delay                  # of the newest run of that job: one file to send
        nightshift report --compare flights-delay@v3 flights-delay@champion
        nightshift report --markdown flights-delay >> "$GITHUB_STEP_SUMMARY"
        nightshift report --junit flights-delay > nightshift.xml
      """)

  @Option(help: "The moment that the pages stand for. Default: now.")
  var now: String?

  @Flag(help: "Write only the pages that something new touches, as `run` does.")
  var changed = false

  @Option(help: "Make the pages of a past moment from the records, byte for byte as they were; needs --to.")
  var asOf: String?

  @Option(help: "Write one self-contained file of a run, or of the newest run of a job.", completion: SiteNames.runs)
  var single: String?

  @Option(
    parsing: .upToNextOption, help: "Write one self-contained file that compares runs, or versions of models.")
  var compare: [String] = []

  @Option(help: "Print a run as Markdown, for the summary of a CI system.", completion: SiteNames.runs)
  var markdown: String?

  @Option(help: "Print a run as JUnit XML, for a CI system.", completion: SiteNames.runs)
  var junit: String?

  @Option(
    help: "The folder for --as-of; the file for --single and --compare. Default: RUN.html and compare.html here.",
    completion: .file())
  var to: String?

  @OptionGroup var siteOptions: SiteOptions

  func validate() throws {
    let tasks = [asOf, single, markdown, junit].count { $0 != nil } + (compare.isEmpty ? 0 : 1)
    if changed && tasks > 0 { throw ValidationError("--changed is about the site's own pages") }
    if tasks > 1 { throw ValidationError("write one of --as-of, --single, --compare, --markdown and --junit") }
    if asOf != nil && to == nil { throw ValidationError("--as-of needs --to, a folder for the pages of that moment") }
    if compare.count == 1 { throw ValidationError("--compare needs two runs or versions at least") }
    if to != nil, asOf == nil, single == nil, compare.isEmpty {
      throw ValidationError("--to goes with --as-of, --single or --compare; the site's own pages have their folder")
    }
  }

  func run() throws {
    let site = try siteOptions.open()
    if let asOf { return try write(asOf: try Submit.time(asOf), of: site) }
    let sending = ReportSending(site)
    if let single { return try write(try sending.single(single), site) }
    if !compare.isEmpty { return try write(try sending.comparison(of: compare), site) }
    if let markdown { return Terminal.write(Array(try sending.markdown(markdown).utf8)) }
    if let junit { return Terminal.write(Array(try sending.junit(junit).utf8)) }
    let moment = try now.map { try Submit.time($0) } ?? Runner.now()
    if changed {
      try ReportWriter(site).write(now: moment)
    } else {
      try ReportWriter(site).writeAll(now: moment)
    }
    Terminal.write("\(site.store.root)/reports/index.html")
  }

  private func write(asOf moment: Timestamp, of site: Site) throws {
    let folder = absolute(to ?? ".")
    // Pages are never mixed with what somebody keeps there.
    guard try site.disk.listIfPresent(folder).isEmpty else {
      throw Refusal(status: .usage, description: "“\(folder)” is not empty: name a new folder for the pages")
    }
    try ReportWriter(site).write(asOf: moment, to: folder)
    Terminal.write("\(folder)/index.html")
  }

  private func write(_ file: ReportSending.File, _ site: Site) throws {
    let path = absolute(to ?? file.name)
    try site.disk.replace(path, with: file.bytes, mode: 0o644)
    Terminal.write("\(path)")
  }
}
