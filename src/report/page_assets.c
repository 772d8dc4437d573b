#include "report/page_assets.h"

#include "report/chart_svg.h"
#include "report/palette.h"

static const char light[] =
    "--bg:#fff;--fg:#1a1a1a;--dim:#595959;--grid:#e2e2e2;--card:#f6f6f6;--link:#0b5cad;"
    "--pos:#0072b2;--neg:#d55e00;--warn:#8a3b00;";
static const char dark[] =
    "--bg:#16181c;--fg:#e8e8e8;--dim:#ababab;--grid:#33363c;--card:#1f2228;--link:#7db8ff;"
    "--pos:#5db3e8;--neg:#ff8c3a;--warn:#ffb27a;";

static const char rules[] =
    "*{box-sizing:border-box}"
    "body{margin:0 auto;max-width:1500px;padding:1rem;background:var(--bg);color:var(--fg);"
    "font:16px/1.45 system-ui,sans-serif}"
    "h1{font-size:1.5rem;margin:.2rem 0}h2{font-size:1.25rem;margin:1.6rem 0 .5rem}"
    "h3{font-size:1rem;margin:.2rem 0}a{color:var(--link)}"
    "p{max-width:75ch;margin:.4rem 0}.dim{color:var(--dim);font-size:.9rem}"
    ".verdict{font-size:1.15rem;max-width:85ch;border-left:4px solid var(--link);padding:.2rem "
    ".9rem}"
    ".warn{color:var(--warn);font-weight:600}"
    ".figures{display:grid;gap:1rem;grid-template-columns:repeat(auto-fill,minmax(min(100%,420px),"
    "1fr))}"
    "figure{margin:0;padding:.7rem;background:var(--card);border-radius:6px;min-width:0;"
    "position:relative;break-inside:avoid}"
    "figcaption{font-size:.85rem;color:var(--dim)}"
    "svg{width:100%;height:auto;display:block;color:var(--fg)}"
    "svg text{font:13px system-ui,sans-serif;fill:currentColor}"
    ".grid{stroke:var(--grid)}.axis{stroke:var(--dim);fill:none}"
    ".fp{fill:currentColor}.sp{stroke:currentColor}"
    ".pos{stroke:var(--pos)}.neg{stroke:var(--neg)}"
    ".letters "
    "text{font-size:9px;text-anchor:middle;fill:var(--bg);font-weight:700;pointer-events:none}"
    ".letters circle{stroke:var(--bg);stroke-width:1}"
    ".legend{display:flex;flex-wrap:wrap;gap:.3rem;margin:.3rem 0}"
    ".legend button,.bar button{font:inherit;font-size:.85rem;color:var(--fg);background:var(--bg);"
    "border:1px solid var(--grid);border-radius:4px;padding:.1rem .4rem;cursor:pointer;"
    "display:inline-flex;align-items:center;gap:.2rem}"
    ".legend svg{width:20px;height:16px}"
    ".legend button[aria-pressed=false]{opacity:.45;text-decoration:line-through}"
    ".off{display:none}.frontier .faint{display:none}"
    "svg a:focus{outline:none}svg a:focus path,svg .here{stroke:var(--fg);stroke-width:2.5}"
    "button:focus-visible,a:focus-visible,input:focus-visible,summary:focus-visible"
    "{outline:3px solid var(--link);outline-offset:1px}"
    "#tip{position:fixed;display:none;z-index:9;background:var(--bg);color:var(--fg);"
    "border:1px solid var(--dim);border-radius:4px;padding:.3rem .5rem;font-size:.85rem;"
    "pointer-events:none;max-width:20rem;white-space:pre-line}"
    ".wide{overflow-x:auto;max-width:100%}"
    "table{border-collapse:collapse;font-size:.9rem;font-variant-numeric:tabular-nums}"
    "th,td{padding:.2rem .6rem;text-align:right;border-bottom:1px solid "
    "var(--grid);white-space:nowrap}"
    "th:first-child,td:first-child{text-align:left}th{color:var(--dim);font-weight:600}"
    ".bar{display:flex;flex-wrap:wrap;gap:.8rem;align-items:center;margin:.5rem 0;font-size:.9rem}"
    ".bar input[type=text]{font:inherit;width:7rem;color:var(--fg);background:var(--bg);"
    "border:1px solid var(--dim);border-radius:4px;padding:.1rem .3rem}"
    ".files a{margin-right:.5rem}pre{white-space:pre-wrap;overflow-wrap:anywhere}"
    "@media "
    "print{body{max-width:none;padding:0;font-size:10pt}.bar,.files,#tip{display:none!important}"
    ".figures{grid-template-columns:1fr 1fr}figure{background:none;border:1px solid #ccc}}";

void page_assets_style(FILE *out)
{
    fprintf(out, ":root{color-scheme:light dark;%s", light);
    chart_svg_colours(0, out);
    fprintf(out, "}@media screen and (prefers-color-scheme:dark){:root{%s", dark);
    chart_svg_colours(1, out);
    fprintf(out, "}}");
    for (int i = 0; i < PALETTE_SIZE; i++)
        fprintf(out, ".f%d{fill:var(--c%d)}.s%d{stroke:var(--c%d)}", i, i, i, i);
    fprintf(out, "%s", rules);
}

/* A figure's points are [x, y, job, layer, ...] in tenths of the image's units (chart_svg_points);
   jobs[job] has the columns of `columns`; `pages` lists the jobs that have a page. */
const char page_assets_script[] =
    "'use strict';(function(){"
    "var B=window.B||{},tip=document.getElementById('tip');"
    "function text(x,job){var j=(x.jobs||{})[job],s='job '+job;if(j)for(var i=0;i<j.length;i++)"
    "if(j[i]!==null)s+='\\n'+x.columns[i]+' '+j[i];"
    "return s+(x.pages.indexOf(job)<0?'\\n(no page; report --job '+job+' makes one)':'');}"
    "function nearest(f,svg,ev){var m=svg.getScreenCTM();if(!m)return null;"
    "var q=new DOMPoint(ev.clientX,ev.clientY).matrixTransform(m.inverse());"
    "var p=B[f.dataset.x].points[f.dataset.name]||[],best=null,d=(12/m.a)*(12/m.a),"
    "off=[],L=svg.querySelectorAll('.layer'),front=document.body.classList.contains('frontier');"
    "for(var "
    "k=0;k<L.length;k++)off[k]=L[k].classList.contains('off')||front&&L[k].classList.contains('"
    "faint');"
    "for(var i=0;i<p.length;i+=4){if(off[p[i+3]])continue;"
    "var dx=p[i]/10-q.x,dy=p[i+1]/10-q.y,r=dx*dx+dy*dy;if(r<d){d=r;best=p[i+2];}}return best;}"
    "function show(s,x,y){tip.textContent=s;tip.style.display='block';"
    "tip.style.left=Math.max(4,Math.min(x+14,innerWidth-tip.offsetWidth-8))+'px';"
    "tip.style.top=(y+tip.offsetHeight+24>innerHeight?Math.max(4,y-tip.offsetHeight-10):y+14)+'px';"
    "}"
    "function hide(){tip.style.display='none';}"
    "document.querySelectorAll('figure[data-x]').forEach(function(f){"
    "var svg=f.querySelector(':scope > "
    "svg'),x=B[f.dataset.x];if(!svg||!x||!x.points[f.dataset.name])return;"
    "svg.addEventListener('mousemove',function(ev){var j=nearest(f,svg,ev);"
    "svg.style.cursor=j&&x.pages.indexOf(j)>=0?'pointer':'';"
    "if(j)show(text(x,j),ev.clientX,ev.clientY);else hide();});"
    "svg.addEventListener('mouseleave',hide);"
    "svg.addEventListener('click',function(ev){var j=nearest(f,svg,ev);"
    "if(j&&x.pages.indexOf(j)>=0){ev.preventDefault();location.href='job-'+j+'.html';}});"
    "svg.querySelectorAll('a').forEach(function(a){"
    "var j=+(/job-(\\d+)/.exec(a.getAttribute('href'))||[])[1];a.setAttribute('aria-label','job "
    "'+j);"
    "a.addEventListener('focus',function(){var "
    "r=a.getBoundingClientRect();show(text(x,j),r.right,r.bottom);});"
    "a.addEventListener('blur',hide);});});"
    "document.querySelectorAll('.legend button').forEach(function(b){"
    "b.addEventListener('click',function(){var on=b.getAttribute('aria-pressed')==='false';"
    "document.querySelectorAll('.legend button').forEach(function(o){"
    "if(o.dataset.g===b.dataset.g)o.setAttribute('aria-pressed',on);});"
    "document.querySelectorAll('.layer').forEach(function(l){"
    "if(l.dataset.g===b.dataset.g)l.classList.toggle('off',!on);});});});"
    "var only=document.getElementById('only');if(only)only.addEventListener('change',function(){"
    "document.body.classList.toggle('frontier',only.checked);});"
    "var find=document.getElementById('find');if(find)find.addEventListener('input',function(){"
    "document.querySelectorAll('.mark').forEach(function(m){m.remove();});"
    "var j=parseInt(find.value,10);if(!j)return;"
    "document.querySelectorAll('figure[data-x]').forEach(function(f){"
    "var p=B[f.dataset.x].points[f.dataset.name]||[],svg=f.querySelector(':scope > svg');"
    "for(var i=0;i<p.length;i+=4)if(p[i+2]===j){"
    "var c=document.createElementNS('http://www.w3.org/2000/svg','circle');"
    "c.setAttribute('class','mark here');c.setAttribute('fill','none');c.setAttribute('r',10);"
    "c.setAttribute('cx',p[i]/10);c.setAttribute('cy',p[i+1]/10);svg.appendChild(c);}});});"
    "})();";
