# cmake -DOUT=file.cc -DFILES=a.sh;b.sh -P embed.cmake   job scripts as C++ text
set(rows "")
foreach(path IN LISTS FILES)
  get_filename_component(name ${path} NAME)
  file(READ ${path} text)
  string(APPEND rows "    {\"${name}\", R\"job_script(${text})job_script\"},\n")
endforeach()
file(WRITE ${OUT} "#include \"prow_coverage/pr_pod/job_scripts.h\"

namespace prow_coverage::pr_pod {
namespace {

constexpr JobScript kScripts[] = {
${rows}};

}  // namespace

std::span<const JobScript> JobScripts() { return kScripts; }

}  // namespace prow_coverage::pr_pod
")
