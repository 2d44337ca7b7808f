internal import Disk
internal import Jobs
internal import Learning
internal import Records
internal import Store
internal import SystemPackage

/// The programs and packages that commands run with, as step keys have them: another interpreter, another version of a
/// package or a sandbox where there was none asks for new work.
struct StepPrograms {
  let site: Site
  let programs: ProgramDigests
  /// The spec is not by whoever runs this.
  let isForeign: Bool
  /// `digestOnly` for plans, which change nothing.
  let mode: StoreWriter.Mode

  static let program = "program"
  static let packages = "packages"
  /// What stands for the packages of an environment that is not made yet: no step is remembered under it.
  static let notMade = "not made yet"

  // MARK: The command of a step

  /// - Parameter requirements: the manifest of its requirements file, as it is in the store; nil for a step without.
  func environment(of options: RunOptions, _ step: Step, requirements: Digest?) throws -> [String: String] {
    var environment = [Self.program: try program(options)]
    if options.requirements != nil {
      environment[Self.packages] = try requirements.flatMap { try contents($0, step)?.description } ?? Self.notMade
    } else if case .arguments(let words) = options.command, PythonPackages.isPython(words[0]),
      let python = words[0].hasPrefix("/") ? words[0] : Executable.find(words[0])
    {
      environment[Self.packages] = try PythonPackages(disk: site.disk).digest(of: python)?.description
    }
    return environment
  }

  /// The digest of the program that runs, so that a new interpreter makes a new key.
  private func program(_ options: RunOptions) throws -> String {
    let python = try options.requirements.map { _ in try CommandStep.executable("python3", in: FilePath("/")) }
    guard case .arguments(let words) = options.command else {
      return (["/bin/sh"] + (python.map { [digest($0)] } ?? [])).joined(separator: " ")
    }
    if words[0].contains("/"), !words[0].hasPrefix("/") { return words[0] }
    guard let python else { return digest(try CommandStep.executable(words[0], in: FilePath("/"))) }
    // The environment may have the program itself, and its interpreter is the system's.
    return [Executable.find(words[0]), python].compactMap { $0 }.map(digest).joined(separator: " ")
  }

  /// What is installed for the requirements; nil where nothing is yet, and for a plan that has not stored the file.
  private func contents(_ requirements: Digest, _ step: Step) throws -> Digest? {
    guard try site.store.contains(requirements) else { return nil }
    let bytes = try CommandStep.requirements(requirements, in: site.store)
    let grants = try SandboxPolicy(settings: site.settings).terms(step.isolation, isForeign: isForeign).1
    let path = grants.map { Sandbox.path(Executable.path, $0) } ?? Executable.path
    let environments = PythonEnvironments(site: site)
    if mode == .store { try environments.keep(bytes, path: path) }
    return try environments.contents(of: bytes, path: path)
  }

  // MARK: The scoring command of a model

  /// Empty for a model of ours, for one that is not there, and for one that the step will refuse.
  ///
  /// The versions of packages that the model's step asked for are in the model itself, and so in its digest.
  func scoring(_ model: Artifact, as name: String) throws -> [String: String] {
    guard try site.store.contains(model.digest) else { return [:] }
    let files = try site.store.manifest(model.digest)
    guard let bytes = try read(CommandContract.fileName, files), let contract = try? CommandContract(bytes),
      let program = contract.score[0].hasPrefix("/") ? contract.score[0] : Executable.find(contract.score[0])
    else { return [:] }
    let recipe = try read(CommandPackage.recipeName, files).flatMap { try? CanonicalJSON.decode(Recipe.self, from: $0) }
    var environment = ["scoring \(name)": digest(program)]
    if recipe?.command?.environment != nil {
      environment["scoring \(name)"]? += " " + (Executable.find("python3").map(digest) ?? "")
    } else if PythonPackages.isPython(program) {
      environment["scoring \(name) \(Self.packages)"] = try PythonPackages(disk: site.disk).digest(of: program)?
        .description
    }
    // Where the site demands what the machine cannot give, the step fails and leaves nothing under its key.
    let grants = try? ScoringCommand.sandbox(recipe, isForeign: isForeign, site)
    environment["scoring \(name) sandbox"] = grants == nil ? "none" : "strict"
    return environment
  }

  private func read(_ name: String, _ files: Manifest) throws -> [UInt8]? {
    guard let file = files[name], file.sizeBytes <= 1 << 20 else { return nil }
    var stream = site.store.stream(of: file)
    return try stream.readAll()
  }

  private func digest(_ program: String) -> String {
    let real = Executable.resolved(program)
    return programs.digest(of: FilePath(real), site.disk)?.description ?? real
  }
}
