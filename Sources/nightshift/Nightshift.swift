internal import ArgumentParser
internal import Disk
internal import Glibc
internal import Jobs
internal import Pipeline

@main
struct Nightshift: AsyncParsableCommand {
  static let version = "0.1.0"
  /// The day of that version.
  static let versionDate = "2026-11-21"

  static let configuration = CommandConfiguration(
    commandName: "nightshift",
    abstract: "The night shift of a machine-learning team: versions data, trains, judges, promotes, scores, retrains.",
    discussion: """
      EXAMPLE:
        nightshift init
        nightshift submit Jobs/examples/flights/flights-delay.yaml
        nightshift run
        nightshift status

      Exit status: 0 all done or nothing to do, 10 a job failed, 12 the store is damaged, 64 usage, 65 an invalid spec, \
      74 a fault of a disk, 75 busy, 77 not allowed, 78 wrong site settings.
      """,
    version: version,
    subcommands: [
      Init.self, Check.self, PlanCommand.self, Submit.self, Run.self, Status.self, ScheduleCommand.self, Runs.self,
      Nights.self, Show.self,
      Logs.self,
      Cancel.self, Hold.self, Release.self, Retry.self, RetrainCommand.self, Reproduce.self, Verify.self,
      DataCommand.self, ModelCommand.self, StoreCommand.self, Report.self, HealthCommand.self, Doctor.self,
      InstallUnits.self, Completions.self, ManualCommand.self, SchemaCommand.self, StepCommand.self,
      BenchRead.self, SimulateGate.self, BenchTPE.self, BenchSite.self,
    ])

  /// Errors become one line on standard error and an honest exit status.
  static func main() async {
    // Whoever started this may have blocked signals: TERM is to end it all the same.
    var none = sigset_t()
    sigemptyset(&none)
    pthread_sigmask(SIG_SETMASK, &none, nil)
    do {
      var command = try parseAsRoot()
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
      if let error = Terminal.outputError { throw error }
    } catch {
      if let outputError = Terminal.outputError, !(error is DiskError) { Terminal.complain(outputError) }
      guard let status = ExitStatus(error) else {
        let code = exitCode(for: error)
        exit(withError: code == .validationFailure ? error : error)
      }
      Terminal.complain(error)
      Glibc.exit(status.rawValue)
    }
  }
}
