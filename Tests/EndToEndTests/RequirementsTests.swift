import Foundation
import Testing

/// `requirements` of a `run` step, from a folder of wheels: no network is needed.
@Suite struct RequirementsTests {
  let site: SiteFixture

  init() throws {
    site = try SiteFixture()
    try site.write("nightshift.yaml", "settle: 0s\nwheels: wheels\n")
    try site.write("requirements.txt", "tiny-scores\n")
    try site.write("learn.py", Self.learn)
  }

  /// A wheel of one module, whose `VALUE` is its version's.
  private func wheel(_ version: String, value: Double) throws {
    try site.write(
      "wheel.py",
      """
      import os, zipfile
      os.makedirs("wheels", exist_ok=True)
      with zipfile.ZipFile("wheels/tiny_scores-\(version)-py3-none-any.whl", "w") as wheel:
          wheel.writestr("tiny_scores.py", "VALUE = \(value)\\n")
          info = "tiny_scores-\(version).dist-info/"
          wheel.writestr(info + "METADATA", "Metadata-Version: 2.1\\nName: tiny-scores\\nVersion: \(version)\\n")
          wheel.writestr(info + "WHEEL", "Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
          wheel.writestr(info + "RECORD", "")

      """)
    try #require(try site.shell("python3 wheel.py").status == 0)
  }

  private static let learn = """
    import json, os, pathlib, tiny_scores
    model = pathlib.Path("outputs/model")
    model.mkdir()
    (model / "score.py").write_text(
        "import sys, tiny_scores\\n"
        "rows = sys.stdin.read().splitlines()[1:]\\n"
        "print('score')\\n"
        "for row in rows: print(tiny_scores.VALUE)\\n")
    (model / "nightshift-model.json").write_text(json.dumps({
        "format": "nightshift-command-model 1", "task": "regression", "target": "y", "features": ["x"],
        "score": ["python3", "score.py"]}))

    """

  private func run(day: Int, _ command: String = "[python3, learn.py]") throws -> SiteFixture.Answer {
    try submit(day: day, command)
    return try site.run("run")
  }

  private func submit(day: Int, _ command: String = "[python3, learn.py]") throws {
    try site.write("rows.csv", "x,y\n1,2\n2,3\n\(day),4\n")
    try site.write(
      "job.yaml",
      """
      version: 1
      name: tiny
      project: p
      steps:
        - {id: raw, uses: snapshot, with: {from: rows.csv, dataset: rows}}
        - id: own
          run: \(command)
          requirements: requirements.txt
          code: learn.py
          inputs: {train: raw}
          outputs: {model: {kind: model, as: m}}
        - {id: scored, uses: predict, with: {model: own.model, data: raw, dataset: predictions}}

      """)
    try #require(try site.run("submit", "job.yaml", "--now", "2013-02-0\(day)T02:00:00Z").status == 0)
  }

  private var plan: String { get throws { try site.run("plan", "job.yaml").output } }

  @Test("what is installed is part of the key, not its version alone, and nobody installs more on the sly")
  func contents() throws {
    try wheel("1.0", value: 0.25)
    try #require(try run(day: 1).status == 0)
    #expect(try plan.contains("reuse"))
    #expect(!(try plan.contains("own") && plan.contains("not made yet")))
    // Another build of the same version.
    try wheel("1.0", value: 0.5)
    #expect(try plan.contains("the environment of its requirements is not made yet"))
    let second = try run(day: 1)
    try #require(second.status == 0, "\(second.errors)")
    try #require(try site.run("data", "checkout", "p/predictions@latest", "out").status == 0)
    #expect(try site.read("out/predictions.csv").contains("0.5"))
    #expect(!(try plan.contains("not made yet")))
    // A line for the shell that changes the environment for whoever comes next.
    let sly = try run(
      day: 1,
      "echo 'VALUE = 9' > $(python3 -c 'import sysconfig; print(sysconfig.get_path(\"purelib\"))')/tiny_scores.py; python3 learn.py"
    )
    #expect(sly.status == 10)
    #expect(sly.errors.contains("something changed the environment of its requirements while it ran"), "\(sly.errors)")
    #expect(sly.errors.contains("tiny_scores.py"))
    #expect(!site.files("Store/environments").contains { $0.hasSuffix("/environment.json") })
  }

  @Test("an environment is made once, recorded, made again when it is gone, and kept to the versions of the model")
  func environment() throws {
    try wheel("1.0", value: 0.25)
    let first = try run(day: 1)
    try #require(first.status == 0, "\(first.errors)")
    let environments = site.files("Store/environments").filter { $0.hasSuffix("/environment.json") }
    #expect(environments.count == 1)
    let page = try site.read(
      "Store/reports/runs/" + #require(site.files("Store/reports/runs").first { $0.hasPrefix("tiny-") }))
    #expect(page.contains("it ran with tiny-scores 1.0; Python 3"))
    // A newer version has come, and the environments are gone: the model is scored with what it was made with.
    try wheel("2.0", value: 0.75)
    try #require(try site.shell("rm -r Store/environments").status == 0)
    try site.write(
      "job.yaml",
      "version: 1\nname: later\nproject: p\nsteps:\n  - {id: new, uses: snapshot, with: {from: rows.csv, dataset: others}}\n  - {id: scored, uses: predict, with: {model: m@latest, data: new, dataset: later, keys: [x]}}\n"
    )
    try #require(try site.run("submit", "job.yaml").status == 0)
    let later = try site.run("run")
    try #require(later.status == 0, "\(later.errors)")
    try #require(try site.run("data", "checkout", "p/later@latest", "out").status == 0)
    #expect(try site.read("out/predictions.csv").contains("1,0.25"))
    #expect(try site.run("store", "check").status == 0)
  }

  @Test("what pip cannot install fails the step with pip's own words, and leaves no half environment")
  func missing() throws {
    try wheel("1.0", value: 1)
    try site.write("requirements.txt", "no-such-package-of-ours\n")
    let answer = try run(day: 1)
    #expect(answer.status == 10)
    #expect(answer.errors.contains("its requirements cannot be installed"), "\(answer.errors)")
    #expect(answer.errors.contains("no-such-package-of-ours"))
    #expect(site.files("Store/environments").isEmpty)
  }
}
