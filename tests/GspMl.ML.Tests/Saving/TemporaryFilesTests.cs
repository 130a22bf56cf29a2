using Microsoft.ML;

namespace GspMl.ML.Tests.Saving;

/// <summary>Saving puts files aside for a moment where the context says, and says which folder it cannot use.</summary>
public sealed class TemporaryFilesTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("temporary-files-tests-");

    public void Dispose() => folder.Delete(recursive: true);

    public static TheoryData<string> Components() => [.. Rows.RaggedRows.Components.Keys];

    [Theory]
    [MemberData(nameof(Components))]
    public async Task The_context_s_folder_is_taken_and_left_empty(string component)
    {
        var ml = new MLContext(seed: 1);
        var data = Rows.RaggedRows.Data(ml);
        var model = Rows.RaggedRows.Components[component](ml).Fit(data);
        ml.TempFilePath = folder.FullName; // after the fit, as it may be
        using var watcher = new FileSystemWatcher(folder.FullName) { EnableRaisingEvents = true };
        var made = new TaskCompletionSource();
        watcher.Created += (_, _) => made.TrySetResult();
        using var saved = ml.Saved(model, data);
        await made.Task.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        Assert.Empty(folder.GetFileSystemInfos());
    }

    [Fact]
    public void A_folder_in_which_nothing_can_be_made_is_named_with_the_remedy()
    {
        var file = Path.Combine(folder.FullName, "file");
        File.WriteAllText(file, "no folder");
        var ml = new MLContext(seed: 1) { TempFilePath = file };
        var data = Rows.RaggedRows.Data(ml);
        foreach (var make in Rows.RaggedRows.Components.Values)
        {
            var model = make(ml).Fit(data);
            var error = Assert.Throws<IOException>(() => new MLContext().Saved(model, data)); // ML.NET itself refuses its own
            Assert.Contains($"'{file}'", error.Message);
            Assert.Contains("MLContext.TempFilePath", error.Message);
        }
    }

    [Fact]
    public void A_restored_component_is_saved_again_in_its_context_s_folder()
    {
        var ml = new MLContext(seed: 1);
        var data = Rows.RaggedRows.Data(ml);
        var restored = ml.Restored(ml.Transforms.GspProjection("Features").Fit(data), data);
        ml.TempFilePath = Path.Combine(folder.FullName, "missing", "so far");
        using var saved = ml.Saved(restored, data);
        Assert.True(Directory.Exists(ml.TempFilePath));
    }
}
