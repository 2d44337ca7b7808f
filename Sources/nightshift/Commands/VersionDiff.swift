internal import ArgumentParser
internal import Pipeline
internal import Records
internal import Store

/// In which form a comparison is told.
struct DiffForm: ParsableArguments {
  @Flag(help: "Print Markdown, for a comment or a page.")
  var markdown = false

  @Flag(help: "Exit with status 1 where the versions differ.")
  var exitCode = false

  @OptionGroup var siteOptions: SiteOptions
  @OptionGroup var output: JSONOption

  func validate() throws {
    if markdown && output.json {
      throw ValidationError("--json and --markdown are two forms of one answer: choose one")
    }
  }

  /// Compares two versions by their manifests.
  func compareFiles(_ old: String, _ new: String, _ kinds: [Artifact.Kind]) throws {
    let site = try siteOptions.open()
    let (before, after) = (
      try VersionLookup(site).find(old, kinds), try VersionLookup(site).find(new, kinds)
    )
    let diff = ManifestDiff(from: try site.store.manifest(before.digest), to: try site.store.manifest(after.digest))
    let document = DiffDocument(diff, from: before, to: after)
    if output.json {
      try Terminal.writeJSON(document)
    } else {
      Terminal.write(markdown ? document.markdown : document.text)
    }
    if exitCode && !diff.isEmpty { throw ExitCode(1) }
  }
}

/// What a comparison of files takes and does.
struct VersionDiff: ParsableArguments {
  static let discussion = """
    Files are compared from the manifests alone: nothing is read but two lists. New bytes are those of chunks that the \
    first version has nowhere: what the second one costs the store before compression. A file with the content of one \
    that is gone was moved. The exit status is 0 also where the versions differ, and 1 then with --exit-code.
    """

  @Argument(help: "NAME@VERSION to start from.")
  var old: String

  @Argument(help: "NAME@VERSION to compare with it.")
  var new: String

  @OptionGroup var form: DiffForm

  func compare(_ kinds: [Artifact.Kind]) throws { try form.compareFiles(old, new, kinds) }
}
