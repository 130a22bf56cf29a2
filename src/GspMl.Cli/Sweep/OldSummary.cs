using GspMl.Onnx.Files;

namespace GspMl.Cli.Sweep;

/// <summary>
/// The summary of an earlier sweep while its folder is written anew: nobody finds it beside models that it does not tell of. Where writing
/// fails it comes back, unless a model that it names was replaced.
/// </summary>
internal sealed class OldSummary
{
    private readonly string path;
    private readonly string? aside;
    private readonly string text = "";
    private bool isTrue = true;

    private OldSummary(string path, WriteLock hold)
    {
        this.path = path;
        if (!File.Exists(path)) return;
        // Among what the lock's next holder removes, should this run be killed.
        (aside, text) = ($"{hold.Staged}-old", File.ReadAllText(path));
        File.Move(path, aside, overwrite: true);
    }

    /// <summary>Takes the summary away that lies there, if one does.</summary>
    public static OldSummary TakeAway(string path, WriteLock hold) => new(path, hold);

    /// <summary>Notes that a model was written, so that a summary which names it is true no more.</summary>
    public void NoteWritten(string file) => isTrue &= !text.Contains(Path.GetFileName(file), StringComparison.Ordinal);

    /// <summary>Puts it back, if what it tells is still so.</summary>
    public void PutBack()
    {
        if (aside is null) return;
        if (isTrue) File.Move(aside, path, overwrite: true);
        else File.Delete(aside);
    }

    /// <summary>There is a new one.</summary>
    public void Remove()
    {
        if (aside is not null) File.Delete(aside);
    }
}
