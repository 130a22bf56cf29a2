// Loads a model saved by ML.NET, reads data from a binary file (see the tests), and prints the rows of the columns asked for.
// Usage: GspMl.ML.Loader MODEL.zip DATA.bin COLUMN…

using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

var ml = new MLContext(seed: 1);
var model = ml.Model.Load(args[0], out _);
var data = model.Transform(ml.Data.LoadFromBinary(args[1]));

foreach (var name in args[2..])
{
    var column = data.Schema[name];
    Console.WriteLine($"{name}: {column.Type}");
    foreach (var row in Rows(column)) Console.WriteLine(string.Join(' ', row.Select(v => v.ToString("R", CultureInfo.InvariantCulture))));
}

var foreign = AppDomain.CurrentDomain.GetAssemblies()
    .Count(assembly => assembly.GetName().Name!.StartsWith("GspMl.", StringComparison.Ordinal) && assembly != typeof(Program).Assembly);
Console.WriteLine($"GspMl assemblies: {foreign}, beside the program: "
    + $"{Directory.GetFiles(AppContext.BaseDirectory, "GspMl.*.dll").Count(file => Path.GetFileName(file) != "GspMl.ML.Loader.dll")}");

IEnumerable<float[]> Rows(DataViewSchema.Column column)
{
    using var cursor = data.GetRowCursor([column]);
    if (column.Type is VectorDataViewType)
    {
        var getter = cursor.GetGetter<VBuffer<float>>(column);
        var values = default(VBuffer<float>);
        while (cursor.MoveNext())
        {
            getter(ref values);
            yield return [.. values.DenseValues()];
        }
        yield break;
    }
    var scalar = cursor.GetGetter<float>(column);
    var number = 0f;
    while (cursor.MoveNext())
    {
        scalar(ref number);
        yield return [number];
    }
}
